"""Telling others: signed messages, sent at least once, by a schedule over days."""
