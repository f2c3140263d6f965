"""Which labels of a corpus may teach, where its own description says that they are noisy.

Only fitting asks here. Evaluation counts the labels as they stand (or as corrected by reading).
"""

from models.comment import Label
from models.corpus import CorpusRow

# Nobody labelled these rows; by eye 90-98 % of them are spam, and they are the flattery and keyword
# names that labelled sources lack.
_NEARLY_ALL_SPAM = frozenset(
    {
        ("programgood", "held_never_approved"),
        ("pysi-blog", "auto_published_unmoderated"),
        ("mattwrock", "deleted_no_reason"),
        ("mattwrock", "published_in_unmoderated_spam_wave"),
        ("wp-dkmeteor", "wp_status_trash"),
        ("wp-dkmeteor", "wp_status_pending"),
        ("wp-bodesmile", "wp_status_pending"),
        ("goparker", "open_pr_undecided"),
        ("alexeykalina", "open_pr_undecided"),
    }
)
# Its labels also call one-word and non-English comments spam.
_LEFT_OUT = frozenset({"datacamp"})
# The moderation of this blog wore out: from this year on 7-10 % of its ham is spam by eye.
_HAM_UNTIL = {"stack-blog": "2012"}

# Chats, profiles and video comments: they teach, but how a model does on them without having seen
# their like says nothing about the next blog, and so they certify nothing.
_NO_BLOG = frozenset({"decidim", "id-gambling-yt", "id-instagram", "tg-spam", "tubespam"})


def is_evidence(source: str) -> bool:
    """Tell whether a source may stand as evidence for what a blog will see."""
    return source not in _NO_BLOG


def trusted_label(row: CorpusRow, label: Label | None) -> Label | None:
    """Return the label to fit with, or None to leave the row out; `label` is the corrected one."""
    if row.source in _LEFT_OUT:
        return None
    if label is None and (row.source, row.label_source or "") in _NEARLY_ALL_SPAM:
        return Label.SPAM
    until = _HAM_UNTIL.get(row.source)
    if label is Label.HAM and until is not None and (row.created_at or "") >= until:
        return None
    return label
