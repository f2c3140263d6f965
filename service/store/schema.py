"""All tables together, for what reads or makes every one of them."""

from typing import Final

from sqlalchemy import MetaData

from service.store import desk_tables, shadow_tables, tables

# The desk's tables and those of shadow mode join those of the service as they are imported.
metadata: Final[MetaData] = tables.metadata

__all__ = ["desk_tables", "metadata", "shadow_tables"]
