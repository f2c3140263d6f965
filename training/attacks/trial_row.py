"""A trial as a line of a table, on terminals and in reports."""

from training.attacks.trial import HAM_LOST, MOST_ROWS, Change, Trial

TRIAL_HEAD = (
    "attack", "kind", "caught", "fall", "worst blog", "ham lost",
    "spam rejected", "spam approved", "ham rejected",
)  # fmt: skip
TRIAL_NOTE = (
    f"means over blogs, up to {MOST_ROWS} comments of each label; caught and ham lost where "
    f"{HAM_LOST:.1%} of unattacked ham is lost; rejected and approved at the certified thresholds"
)


def trial_row(trial: Trial) -> list[str]:
    """Return the cells of a trial, shares as before → after."""
    return [
        trial.attack,
        trial.family.value,
        _change(trial.caught),
        f"{-trial.caught.points:.1f}",
        f"{trial.worst_source} {trial.worst_fall:.1f}",
        _change(trial.ham_lost),
        _change(trial.spam_rejected),
        _change(trial.spam_approved),
        _change(trial.ham_rejected),
    ]


def _change(change: Change) -> str:
    return f"{change.before:.1%} → {change.after:.1%}"
