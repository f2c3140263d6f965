"""`winnow serve` as a process: what it prints, how it starts, how it stops."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

WINNOW = [sys.executable, "-m", "service"]


@pytest.fixture
def environ(tmp_path: Path, bundle_dir: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {
        "PATH": os.environ["PATH"],
        "WINNOW_DATA_DIR": str(tmp_path / "data"),
        "WINNOW_BUNDLE_DIR": str(bundle_dir),
        "WINNOW_PORT": str(port),
    }


@contextmanager
def serving(environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the service and wait until it is ready; yields the process and what it printed."""
    process = subprocess.Popen(
        [*WINNOW, "serve"], env=environ, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        assert process.stderr is not None
        printed = ""
        for line in process.stderr:
            printed += line
            if line.startswith("API docs"):
                break
        address = f"http://127.0.0.1:{environ['WINNOW_PORT']}"
        while process.poll() is None:
            try:
                if httpx.get(f"{address}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                continue
        yield process, printed
    finally:
        process.kill()
        process.communicate()


def test_the_printed_line_can_be_pasted_as_it_is(environ: dict[str, str]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl to paste into")
    with serving(environ) as (_, printed):
        command = re.split(r"\n\n", printed[printed.index("curl") :])[0]
        answer = subprocess.run(
            ["bash", "-c", command], capture_output=True, text=True, check=True
        ).stdout
    fields = json.loads(answer)
    assert fields["decision"] in {"approve", "hold", "reject"}
    assert fields["reasons"][0]["sentence"]


def test_the_key_is_shown_once_and_a_known_one_can_be_set(environ: dict[str, str]) -> None:
    with serving(environ) as (_, printed):
        secret = re.search(r"Bearer (wk_\S+)\"", printed)
        assert secret is not None
    with serving(environ) as (_, printed):
        assert secret[1] not in printed
        assert "winnow keys add" in printed
        address = f"http://127.0.0.1:{environ['WINNOW_PORT']}/v1/policy"
        own = httpx.get(address, headers={"Authorization": f"Bearer {secret[1]}"})
        assert own.status_code == 200
    with serving(environ | {"WINNOW_API_KEY": "known"}) as (_, printed):
        known = httpx.get(address, headers={"Authorization": "Bearer known"})
        assert known.status_code == 200


def test_a_planned_stop_ends_well(environ: dict[str, str]) -> None:
    with serving(environ) as (process, _):
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert process.returncode in {0, -signal.SIGTERM}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"WINNOW_PROT": "1"}, "WINNOW_PROT is not a setting"),
        ({"WINNOW_PORT": "x"}, "WINNOW_PORT: "),
        ({"WINNOW_BUNDLE_DIR": "nowhere"}, "nowhere"),
        (
            {
                "WINNOW_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "WINNOW_START_SECONDS": "0",
            },
            "the database does not answer",
        ),
    ],
)
def test_what_stops_the_start_is_told_in_one_line(
    environ: dict[str, str], wrong: dict[str, str], told: str
) -> None:
    run = subprocess.run(
        [*WINNOW, "serve"], env=environ | wrong, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    lines = run.stderr.strip().splitlines()
    assert len(lines) == 1, run.stderr
    assert lines[0].startswith("winnow: ")
    assert told in lines[0]


def test_a_port_that_somebody_has_is_told_instead_of_a_welcome(environ: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = subprocess.run(
            [*WINNOW, "serve"],
            env=environ | {"WINNOW_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    (line,) = run.stderr.strip().splitlines()
    assert f"127.0.0.1:{port}" in line
    assert "WINNOW_PORT" in line
