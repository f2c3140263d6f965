"""`winnow-train` as a child process: at lower priority, its progress shown, its answer read."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

# Comments are decided first; training takes what is left of the machine.
NICENESS: Final = 10
PROGRAM: Final = (sys.executable, "-c", "from training.cli import main; main()")


class TrainingFailed(Exception):
    """The child ended without an answer; the message is its last line."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What the child answered, and the status it ended with."""

    answer: dict[str, Any]
    status: int


def train(arguments: Sequence[str], *, jobs: int = 1) -> Trained:
    """Run `winnow-train` with `--json` and read its answer; raises `TrainingFailed` without one.

    Standard error, with the progress bars, goes to ours.
    """
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(jobs))
    done = subprocess.run(  # noqa: S603 - our own program, arguments as a list
        ["nice", "-n", str(NICENESS), *PROGRAM, *arguments, "--json"],  # noqa: S607
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, **threads},
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise TrainingFailed(
            f"winnow-train {arguments[0]} ended with status {done.returncode} and no answer; what it said "
            "stands above"
        ) from None
    return Trained(answer, done.returncode)
