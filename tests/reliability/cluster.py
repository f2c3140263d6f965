"""A PostgreSQL server of our own, to stop, freeze and kill."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.reliability.replica import free_port


@dataclass
class Cluster:
    """One PostgreSQL server with an empty database named winnow."""

    binaries: Path
    data: Path
    port: int

    @property
    def url(self) -> str:
        """Its database, as WINNOW_DATABASE_URL wants it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/winnow"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1"
        self._control("start", "-w", "-l", str(self.data / "log"), "-o", options)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is a crash that recovers from its log."""
        self._control("stop", "-m", mode)

    def freeze(self) -> None:
        """Stop all its processes where they are."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, number)
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for child in map(int, children):
            with suppress(ProcessLookupError):
                os.kill(child, number)

    def _control(self, *words: str) -> None:
        run_as_postgres([str(self.binaries / "pg_ctl"), "-D", str(self.data), *words])


def run_as_postgres(command: list[str]) -> None:
    """Run a command as a user that PostgreSQL agrees to run as."""
    user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else os.geteuid()
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run a server in `folder` until the block ends; skips where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed")
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    own = Cluster(found[-1].parent, folder / "data", free_port())
    initdb = [str(found[-1]), "-D", str(own.data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    run_as_postgres([*initdb, "--locale=C.UTF-8", "--no-sync"])
    own.start()
    try:
        admin = own.url.replace("/winnow", "/postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE winnow")
        yield own
    finally:
        own.thaw()
        own.stop()
