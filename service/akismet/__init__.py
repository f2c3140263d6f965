"""Akismet's protocol, as its clients speak it: what a call says, and what it is answered."""
