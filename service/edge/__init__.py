"""The edge: bytes from outside become a checked request of a known caller, or a clear refusal."""
