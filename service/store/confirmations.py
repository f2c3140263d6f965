"""Confirmations: whose labels count although they were doubted, and until when."""

from sqlalchemy import Connection, func, insert, select

from service.store.tables import confirmations, imported_comments, labels


def has_labelled(connection: Connection, who: str) -> bool:
    """Tell whether any label, taken back or not, is of this person."""
    return any(
        connection.execute(select(table.c.who).where(table.c.who == who).limit(1)).first()
        for table in (labels, imported_comments)
    )


def add_confirmation(connection: Connection, who: str, confirmed_by: str, at: int) -> None:
    """Stand up for all that this person has labelled until now; later labels are looked at again."""
    values = {"who": who, "confirmed_at": at, "confirmed_by": confirmed_by}
    connection.execute(insert(confirmations).values(values))


def confirmed_until(connection: Connection) -> dict[str, int]:
    """Return until when the labels of each confirmed person count."""
    newest = func.max(confirmations.c.confirmed_at).label("until")
    query = select(confirmations.c.who, newest).group_by(confirmations.c.who)
    return {row.who: row.until for row in connection.execute(query)}
