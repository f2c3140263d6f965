"""Measurements of the service against yardsticks that run beside it."""
