"""Whether a policy can be kept: its signals exist, and the bundle carries its limits."""

from models.thresholds import LimitNotCertified, ThresholdTable
from service.deciding.policy import DEFAULT_EFFECTS
from service.errors import FieldError, Invalid
from service.policy_schema import PolicyIn


def check_policy(new: PolicyIn, table: ThresholdTable) -> None:
    """Raise `Invalid` that names each field which can't be kept."""
    unknown = sorted(new.effects.keys() - DEFAULT_EFFECTS.keys())
    if unknown:
        known = ", ".join(sorted(DEFAULT_EFFECTS))
        raise Invalid(
            "see errors: effects",
            [
                FieldError(f"effects.{name}", f"no such signal; there are: {known}")
                for name in unknown
            ],
        )
    try:
        table.at(new.max_ham_rejected, new.max_spam_approved)
    except LimitNotCertified as fault:
        field = FieldError("max_ham_rejected, max_spam_approved", str(fault))
        raise Invalid("the evidence does not carry these limits", [field]) from None
