"""The service as its own process: started, killed and started again on the same port and data."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

KEY: Final = "wk_reliability"
ROOT: Final = Path(__file__).parents[2]
START_SECONDS: Final = 60


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Replica:
    """One process of the service; `ready_seconds` is how long its last start took."""

    folder: Path
    environ: Mapping[str, str]
    port: int = field(default_factory=free_port)
    ready_seconds: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The id of its process."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        """Start it and wait until it is ready."""
        began = time.monotonic()
        self.launch()
        self.until_ready()
        self.ready_seconds = time.monotonic() - began

    def launch(self) -> None:
        """Start it and wait for nothing."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "service", "serve"],
                cwd=ROOT,
                env={**os.environ, **self.environ, "WINNOW_PORT": str(self.port)},
                stderr=log,
                stdout=log,
            )

    def until_ready(self) -> None:
        """Wait until it can decide and store."""
        until = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if not self.is_running() or time.monotonic() > until:
                raise RuntimeError("it did not start: " + self.log()[-2000:])
            time.sleep(0.01)

    def is_running(self) -> bool:
        """Tell whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill it as the kernel would: no handler runs."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it did."""
        self._end(signal.SIGTERM)

    def is_ready(self) -> bool:
        """Tell whether it can decide and store."""
        return self.status("/readyz") == 200

    def status(self, path: str) -> int:
        """Return the status of a GET; 0 when nobody answers."""
        # Not httpx: each of its clients takes 30 ms of a processor that a start needs.
        link = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            link.request("GET", path)
            return link.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            link.close()

    def log(self) -> str:
        """Return all that it ever wrote."""
        return (self.folder / "log").read_text()

    def add_key(self) -> str:
        """Make another key of the first site; one alone may not ask more than 1,000 times a second."""
        made = subprocess.run(
            [sys.executable, "-m", "service", "keys", "add", "default", "--json"],
            cwd=ROOT,
            env={**os.environ, **self.environ},
            capture_output=True,
            check=True,
            text=True,
        )
        return str(json.loads(made.stdout)[0]["secret"])

    def decider(self) -> int | None:
        """Return the id of the process that decides for it, if there is one now."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return int(found[0]) if found else None

    def measure(self) -> dict[str, float]:
        """Return resident megabytes, descriptors and threads of its processes, from /proc."""
        decider = self.decider()
        return dict(sum((_measured(pid) for pid in (self.pid, decider) if pid), Counter()))

    def _end(self, by: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(by)
            self.process.wait(30)


def _measured(pid: int) -> Counter[str]:
    proc = Path(f"/proc/{pid}")
    status = dict(
        line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line
    )
    return Counter(
        megabytes=int(status["VmRSS"].split()[0]) // 1024,
        descriptors=len(list((proc / "fd").iterdir())),
        threads=int(status["Threads"]),
    )


@contextmanager
def replica(folder: Path, bundle: Path, **settings: object) -> Iterator[Replica]:
    """Run the service until the block ends; `settings` by their names in `Settings`."""
    folder.mkdir(parents=True, exist_ok=True)
    defaults = {
        "data_dir": folder / "data",
        "bundle_dir": bundle,
        "api_key": KEY,
        "log_level": "warning",
        "key_rate": 1_000,
        "key_burst": 5_000,
        "max_connections_per_client": 5_000,
    }
    given = {**defaults, **settings}
    environ = {f"WINNOW_{name.upper()}": str(value) for name, value in given.items()}
    one = Replica(folder, environ | {"OMP_NUM_THREADS": "1"})
    try:
        one.start()
        yield one
    finally:
        one.kill()
