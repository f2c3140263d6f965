"""The store's labels as a corpus: what the service gives to training, without e-mail and addresses."""

import json
from collections.abc import Iterator
from dataclasses import replace

from models.corpus import CorpusRow, format_row, parse_row
from service.clock import iso
from service.deciding.signals import TRUSTED_ROLES
from service.loop.people_said import campaign_label
from service.store.engine import Store
from service.store.labelled import (
    LabelledComment,
    disputed_campaigns,
    imported_rows,
    labelled_comments,
)
from service.store.reviewed import has_several_reviewers, said_of


def label_lines(store: Store) -> Iterator[str]:
    """Yield one line of corpus a label, as the store is at this moment; memory stays flat.

    A label that one person gave against what several said of the campaign stays out: it is
    quarantined until a second person agrees. `created_at` is when the label was given, and
    `label_source` who gave it.
    """
    with store.snapshot() as connection:
        disputed = disputed_campaigns(connection)
        said = said_of(connection, disputed)
        in_force = {
            name: campaign_label(
                said[name], several_reviewers=has_several_reviewers(connection, name)
            )
            for name in disputed
        }
        for one in imported_rows(connection):
            row = replace(parse_row(one.row), label=one.label, created_at=iso(one.imported_at))
            yield format_row(replace(row, label_source=one.who))
        for labelled in labelled_comments(connection):
            if in_force.get(labelled.campaign_id or "", labelled.label) is labelled.label:
                yield format_row(corpus_row(labelled))


def corpus_row(labelled: LabelledComment) -> CorpusRow:
    """Return a stored comment as a row of a corpus."""
    sent = json.loads(labelled.document)
    author, post = sent.get("author", {}), sent.get("post", {})
    return CorpusRow(
        id=labelled.id,
        source=labelled.site,
        label=labelled.label,
        content=sent["content"],
        label_source=labelled.who,
        author_name=author.get("name"),
        author_url=author.get("url"),
        post_title=post.get("title"),
        post_excerpt=post.get("excerpt"),
        is_post_author=author.get("role") in TRUSTED_ROLES,
        created_at=iso(labelled.labelled_at),
    )
