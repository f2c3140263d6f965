"""An owner's labels as the service exports them, and what a refit makes of them."""

from collections.abc import Sequence
from pathlib import Path

from models.comment import Label
from models.corpus import CorpusRow
from tests.corpus_file import write_corpus
from tests.loop_comments import campaign, ham
from training.labelled import Labelled, read_labels

Said = tuple[str, Label]


def new_campaign(count: int = 120) -> list[Said]:
    """Return a campaign that the bundle approves, and as many genuine comments, in turn."""
    pairs = zip(campaign(count, 21), ham(count, 22), strict=True)
    return [said for bad, good in pairs for said in ((bad, Label.SPAM), (good, Label.HAM))]


def labelled(folder: Path, said: Sequence[Said], who: str = "key 1") -> Labelled:
    """Write labels as `winnow labels export` does, one a second, and read them as training does."""
    path = folder / "labels.jsonl"
    rows = (
        CorpusRow(
            f"{number}",
            "my-blog",
            label,
            text,
            label_source=who,
            created_at=f"2026-11-22T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        )
        for number, (text, label) in enumerate(said)
    )
    write_corpus(path, rows)
    return read_labels([path])
