"""All that teaches: corpora with corrected labels, and the made-up examples beside them."""

from collections.abc import Sequence
from pathlib import Path

from training.augment import augment
from training.corrections import read_corrections
from training.examples import Examples
from training.gather import Gathered, gather
from training.progress import Progress, silent
from training.spin import read_templates


def training_set(
    corpora: Sequence[Path], templates: Path | None, *, progress: Progress = silent
) -> tuple[Gathered, Examples]:
    """Read corpora; return them, and their examples followed by the made-up ones."""
    gathered = gather(corpora, read_corrections(), progress=progress)
    spun = read_templates(templates) if templates else []
    return gathered, augment(gathered.examples, spun)
