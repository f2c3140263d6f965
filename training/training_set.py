"""All that teaches: corpora with corrected labels, and the made-up examples beside them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.augment import augment
from training.corrections import read_corrections
from training.examples import Examples
from training.gather import Gathered, gather
from training.invented import invented_examples, invented_record, read_invented
from training.progress import Progress, silent
from training.spin import read_templates


def training_set(
    corpora: Sequence[Path],
    templates: Path | None,
    *,
    invented: bool = True,
    progress: Progress = silent,
) -> tuple[Gathered, Examples]:
    """Read corpora; return them, and their examples followed by `invented` and by made-up ones."""
    gathered = gather(corpora, read_corrections(), progress=progress)
    examples = gathered.examples
    if invented:
        ours = invented_examples(read_invented(), examples.next_group)
        gathered = replace(gathered, records=(*gathered.records, invented_record(ours)))
        examples = examples.joined(ours)
    spun = read_templates(templates) if templates else []
    return gathered, augment(examples, spun)
