"""Reviewing: what people see of the queue, what they answer, and who they are."""
