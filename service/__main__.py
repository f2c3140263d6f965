"""The command `winnow`, also as `python -m service` from a source tree that is not installed."""

import gc
import sys

from service.deciding.child import DECIDE


def main() -> None:
    """Import what the command needs with the garbage collector off, then run it.

    The collector finds nothing while modules load, and took a tenth of the time until ready: the
    service's two processes turn it on when they are. They start without the other commands, which
    took a twentieth. A wrong setting ends the command with one line.
    """
    gc.disable()
    if sys.argv[1:] == ["serve"] or sys.argv[1:2] == [DECIDE]:
        # structlog takes it, where it is there, for tracebacks in colours: 30 ms of each process.
        sys.modules["rich"] = None  # type: ignore[assignment]
    if sys.argv[1:] == ["serve"]:
        from service.commands.serve import serve as run  # noqa: PLC0415 - with the collector off
    elif sys.argv[1:2] == [DECIDE]:
        from service.commands.decide import decide as run  # noqa: PLC0415 - the same
    else:
        from service.cli import app as run  # noqa: PLC0415 - the same

        gc.freeze()
        gc.enable()
    from service.settings import SettingsError  # noqa: PLC0415 - the same

    try:
        run()
    except SettingsError as fault:
        sys.exit(f"winnow: {fault}")


if __name__ == "__main__":
    main()
