"""What is measured: our whole path to the disk, and a route that does nothing, each as a process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from benchmarks.words import lua_script
from service.clock import now
from service.edge.auth import Key, Scope, fingerprint
from service.first_start import ensure_first_site
from service.house import build
from service.settings import Settings
from service.store.keys import add_key, all_sites
from service.store.migrate import migrate

ROOT: Final = Path(__file__).parents[1]
COMMANDS: Final = {
    "winnow": [sys.executable, "-m", "service", "serve"],
    "no-op": [sys.executable, "-m", "benchmarks.noop"],
}
# No key may ask more often than 1,000 times a second, so a fast run needs several.
KEYS: Final = tuple(f"wk_benchmark_{number}" for number in range(16))
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Contender:
    """A running server."""

    name: str
    port: int
    pids: tuple[int, ...]
    script: Path
    """What wrk sends it."""

    def cpu_seconds(self) -> float:
        """Return the processor time that its processes have taken so far."""
        stats = [
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.pids
        ]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / TICKS

    def resident_megabytes(self) -> float:
        """Return the memory that its processes hold."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def prepare(folder: Path, bundle: Path, database_url: str | None) -> dict[str, str]:
    """Make a store with the keys in it; return the environment that both servers get."""
    given = {
        "data_dir": str(folder / "data"),
        "bundle_dir": str(bundle),
        "key_rate": "1000",
        "key_burst": "5000",
        "max_connections_per_client": "2000",
        "max_connections": "2000",
    } | ({"database_url": database_url} if database_url else {})
    settings = Settings.model_validate(given)
    house = build(settings)
    migrate(house.store)
    ensure_first_site(house.store, settings, house.new_id)
    with house.store.writing() as connection:
        site = all_sites(connection)[0]
        for secret in KEYS:
            key = Key(house.new_id(), site.id, frozenset({Scope.CHECK}))
            add_key(connection, key, fingerprint(secret), now())
    house.store.close()
    return {f"WINNOW_{name.upper()}": value for name, value in given.items()}


@contextmanager
def contender(name: str, environ: Mapping[str, str], folder: Path) -> Iterator[Contender]:
    """Run one server until the block ends; its log and its load lie in the folder."""
    port, log, script = free_port(), folder / f"{name}.log", folder / f"{name}.lua"
    lua_script("comments.lua", {"KEYS": KEYS}, script)
    own = {**os.environ, **environ, "WINNOW_PORT": str(port), "OMP_NUM_THREADS": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(COMMANDS[name], cwd=ROOT, env=own, stderr=output)
    try:
        _wait(process, port)
        yield Contender(name, port, (process.pid, *_children(process.pid)), script)
    finally:
        process.terminate()
        process.wait(30)


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start")
