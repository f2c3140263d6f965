"""How the interpreter is set up for long and busy work."""

import gc
import sys


def settle() -> None:
    """Set the interpreter up for many requests and one thread that decides.

    What is there by now stays, so the collector, which is on from here, need not look at it again
    (8 % of the processor time); and the thread that decides gives way after half a millisecond, not five.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    gc.enable()
    sys.setswitchinterval(0.0005)
