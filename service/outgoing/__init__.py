"""The one way out: calls to addresses that somebody else chose."""
