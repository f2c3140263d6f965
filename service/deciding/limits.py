"""The thresholds that a policy's limits give with a bundle."""

from typing import Final

from models.thresholds import LimitNotCertified, Thresholds, ThresholdTable
from service.deciding.policy import Policy

NEVER_ALONE: Final = Thresholds(approve_below=0.0, reject_from=float("inf"))


def thresholds_of(table: ThresholdTable, policy: Policy) -> Thresholds:
    """Return the thresholds in force; a limit that this bundle can't carry leaves all to people."""
    try:
        return table.at(policy.max_ham_rejected, policy.max_spam_approved)
    except LimitNotCertified:
        # The site's limits were certified by an earlier bundle and are not by this one.
        return NEVER_ALONE
