"""How the interpreter is set up for long and busy work."""

import gc
import sys


def settle() -> None:
    """Set the interpreter up for many requests and one thread that decides.

    What is there by now stays, so the collector, which is on from here, need not look at it again
    (8 % of the processor time), nor now: it took 0.1 s of a start to find 690 objects. It looks after
    10,000 new ones, for a look at 100,000 stopped all answers for 0.15 s. And the thread that decides
    gives way after half a millisecond, not five.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)
    gc.enable()
    sys.setswitchinterval(0.0005)
