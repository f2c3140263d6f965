"""`winnow-train` as a child process: at lower priority, its progress shown, its answer read."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

# Comments are decided first; training takes what is left of the machine.
NICENESS: Final = 10
# Fits are loops over sparse rows. A second thread of OpenBLAS gains nothing, and spins while it waits
# for a processor that the service has: 65 s instead of 2.5 for a hundred labels on a busy machine.
ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
PROGRAM: Final = (sys.executable, "-c", "from training.cli import main; main()")


class TrainingFailed(Exception):
    """The child ended without an answer; the message is its last line."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What the child answered, and the status it ended with."""

    answer: dict[str, Any]
    status: int


def train(arguments: Sequence[str]) -> Trained:
    """Run `winnow-train` with `--json` and read its answer; raises `TrainingFailed` without one.

    Standard error, with the progress bars, goes to ours.
    """
    child = subprocess.Popen(  # noqa: S603 - our own program, arguments as a list
        ["nice", "-n", str(NICENESS), *PROGRAM, *arguments, "--json"],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **ONE_THREAD},
    )
    with child:
        _let_wait(child.pid)
        said, _ = child.communicate()
    try:
        answer = json.loads(said)
    except ValueError:
        raise TrainingFailed(
            f"winnow-train {arguments[0]} ended with status {child.returncode} and no answer; what it "
            "said stands above"
        ) from None
    return Trained(answer, child.returncode)


def _let_wait(pid: int) -> None:
    """Let the child run only where a processor is idle, as far as this system knows of such a thing."""
    if hasattr(os, "sched_setscheduler"):
        with suppress(ProcessLookupError):
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
