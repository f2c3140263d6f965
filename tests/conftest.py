"""For all tests: one thread of arithmetic a process, set before NumPy is imported."""

import os

# Two test processes share the cores, and OpenBLAS spins where its other thread has to wait: a fit of
# a hundred labels took 65 s instead of 2.5.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
