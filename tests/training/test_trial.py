"""The trial of attacks counts as lost only what an attack makes lost."""

from pathlib import Path

import numpy as np

from models.scorer import Scorer
from tests.models.comments import random_bundle
from tests.training import tiny_corpus
from training.attacks.suite import ATTACKS
from training.attacks.trial import HAM_LOST, try_attacks
from training.gather import gather
from training.scored import Scored


def test_what_scores_round_away_loses_nobody(tmp_path: Path) -> None:
    examples = gather(tiny_corpus.write(tmp_path), {}).examples
    bundle = random_bundle()
    nearly = Scorer(bundle).score(examples.comments) * (1 - 1e-7)
    scored = Scored(
        examples,
        nearly,
        np.zeros(len(examples)),
        np.ones(len(examples)),
        dict.fromkeys(examples.source.tolist(), bundle),
    )
    trials = try_attacks(scored)
    assert len(trials) == len(ATTACKS)
    assert all(trial.ham_lost.before <= HAM_LOST for trial in trials)
