"""Alembic's migrations, up and down, and the way to run them."""
