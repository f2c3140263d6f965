"""The service: HTTP in, a stored decision out, and its administration."""
