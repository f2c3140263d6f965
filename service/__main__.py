"""The command `winnow`, also as `python -m service` from a source tree that is not installed."""

import gc
import sys

from service.deciding.child import DECIDE


def main() -> None:
    """Import what the command needs with the garbage collector off, then run it.

    The collector finds nothing while modules load, and took a fifth of the time until ready; the
    service starts without the other commands, which took another twentieth. A wrong setting ends
    the command with one line.
    """
    gc.disable()
    if sys.argv[1:] == ["serve"]:
        from service.commands.serve import serve as run  # noqa: PLC0415 - with the collector off
    elif sys.argv[1:2] == [DECIDE]:
        from service.commands.decide import decide as run  # noqa: PLC0415 - the same
    else:
        from service.cli import app as run  # noqa: PLC0415 - the same
    from service.settings import SettingsError  # noqa: PLC0415 - the same

    gc.freeze()
    gc.enable()
    try:
        run()
    except SettingsError as fault:
        sys.exit(f"winnow: {fault}")


if __name__ == "__main__":
    main()
