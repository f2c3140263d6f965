"""How comments stand now: the decision, or what a person said since. Every change of it is here."""

from sqlalchemy import Connection, update

from models.comment import Label
from service.decision import Decision
from service.store.tables import comments


def set_standing(
    connection: Connection, comment_id: str, standing: Decision, label: Label | None
) -> None:
    """Let a comment stand so from now on, with the newest label, or none after a retraction."""
    connection.execute(
        update(comments).where(comments.c.id == comment_id).values(standing=standing, label=label)
    )
