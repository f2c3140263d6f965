"""The command line, run as people run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.tiny_bundle import CERTAIN_HAM, CERTAIN_SPAM

WINNOW = [sys.executable, "-m", "service"]


@pytest.fixture
def environ(tmp_path: Path, bundle_dir: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "WINNOW_DATA_DIR": str(tmp_path / "data"),
        "WINNOW_BUNDLE_DIR": str(bundle_dir),
    }


def _run(
    environ: dict[str, str], *words: str, given: bytes = b"", status: int = 0
) -> subprocess.CompletedProcess[bytes]:
    run = subprocess.run(
        [*WINNOW, *words], check=False, env=environ, input=given, capture_output=True
    )
    assert run.returncode == status, run.stderr.decode()
    return run


def test_sites_and_keys_are_added_listed_and_revoked(environ: dict[str, str]) -> None:
    _run(environ, "sites", "add", "myblog")
    (site,) = json.loads(_run(environ, "sites", "list", "--json").stdout)
    assert site["name"] == "myblog"
    added = _run(environ, "keys", "add", "myblog", "--scope", "check", "--scope", "label", "--json")
    (key,) = json.loads(added.stdout)
    assert key["secret"].startswith("wk_")
    assert key["scopes"] == "check label"
    listed = _run(environ, "keys", "list", "myblog", "--json").stdout
    assert [one["id"] for one in json.loads(listed)] == [key["id"]]
    assert key["secret"].encode() not in listed
    _run(environ, "keys", "revoke", key["id"])
    assert json.loads(_run(environ, "keys", "list", "myblog", "--json").stdout) == []


def test_only_a_hash_of_a_key_is_on_disk(environ: dict[str, str], tmp_path: Path) -> None:
    _run(environ, "sites", "add", "myblog")
    (key,) = json.loads(_run(environ, "keys", "add", "myblog", "--json").stdout)
    files = [file.read_bytes() for file in (tmp_path / "data").iterdir()]
    assert files
    assert not any(key["secret"].encode() in content for content in files)


def test_a_mistake_is_told_in_one_line(environ: dict[str, str]) -> None:
    _run(environ, "sites", "add", "myblog")
    for words, told in {
        ("sites", "add", "myblog"): "there is a site named 'myblog' already",
        ("keys", "add", "yourblog"): "no site named 'yourblog'",
        ("keys", "revoke", "none"): "no live key",
        ("restore", "missing.gz"): "can't be read as a backup",
        ("score", "missing.jsonl"): "can't read missing.jsonl",
    }.items():
        error = _run(environ, *words, status=1).stderr.decode()
        assert told in error
        assert error.count("\n") == 1, error
    error = _run(environ | {"WINNOW_PROT": "1"}, "sites", "list", status=1).stderr.decode()
    assert error == "winnow: WINNOW_PROT is not a setting; did you mean WINNOW_PORT?\n"


def test_scores_a_pipe_without_a_server_and_says_what_it_could_not_read(
    environ: dict[str, str], tmp_path: Path
) -> None:
    lines = [
        {"content": CERTAIN_HAM, "external_id": "1"},
        {"content": CERTAIN_SPAM, "external_id": "2"},
        {"content": ""},
        {"colour": "red"},
    ]
    given = b"\n".join(json.dumps(line).encode() for line in lines) + b"\n{broken\n"
    run = _run(environ, "score", "-", given=given, status=1)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [answer.get("decision") for answer in answers[:2]] == ["approve", "reject"]
    assert answers[1]["evidence"]
    assert answers[2] == {"error": "content: String should have at least 1 character"}
    assert "content" in answers[3]["error"] or "colour" in answers[3]["error"]
    assert "not JSON" in answers[4]["error"]
    assert not (tmp_path / "data").exists()


def test_scores_a_file(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "comments.jsonl"
    file.write_text("".join(json.dumps({"content": CERTAIN_HAM}) + "\n" for _ in range(300)))
    answers = _run(environ, "score", str(file)).stdout.splitlines()
    assert len(answers) == 300


def test_backs_up_and_restores(environ: dict[str, str], tmp_path: Path) -> None:
    _run(environ, "sites", "add", "myblog")
    (made,) = json.loads(_run(environ, "backup", str(tmp_path / "copy.gz"), "--json").stdout)
    assert made["rows"] == 1
    fresh = environ | {"WINNOW_DATA_DIR": str(tmp_path / "fresh")}
    _run(fresh, "restore", str(tmp_path / "copy.gz"))
    (site,) = json.loads(_run(fresh, "sites", "list", "--json").stdout)
    assert site["name"] == "myblog"


@pytest.mark.parametrize("words", [(), ("sites",), ("keys",)])
def test_help_is_shown_without_a_subcommand(
    environ: dict[str, str], words: tuple[str, ...]
) -> None:
    run = subprocess.run(
        [*WINNOW, *words, "--help"], check=False, env=environ, capture_output=True, text=True
    )
    assert run.returncode == 0
    assert "Usage" in run.stdout
