"""A policy as the API takes and gives it."""

from typing import Annotated

from pydantic import Field

from service.deciding.decision import Effect
from service.deciding.policy import Policy
from service.edge.text_fields import Network, Word
from service.schemas import Strict

Words = Annotated[tuple[Word, ...], Field(max_length=2000)]
Networks = Annotated[tuple[Network, ...], Field(max_length=2000)]


class PolicyIn(Strict):
    """Thresholds and rules of one site; what is left out takes its default."""

    max_ham_rejected: Annotated[
        float,
        Field(ge=0, le=0.05, description="Largest share of ham that the classifier may reject."),
    ] = 0.002
    max_spam_approved: Annotated[
        float,
        Field(ge=0, le=0.2, description="Largest share of spam that the classifier may approve."),
    ] = 0.02
    max_links: Annotated[
        int, Field(ge=0, le=200, description="More links than this is a signal.")
    ] = 5
    min_form_seconds: Annotated[
        float, Field(ge=0, le=600, description="A form sent faster than this is a signal.")
    ] = 2.0
    max_same_text: Annotated[
        int, Field(ge=1, le=1000, description="The same text more often than this is a signal.")
    ] = 3
    share_labels: Annotated[
        bool,
        Field(description="Let this site's labels teach the classifier of every site here."),
    ] = False
    allowed_words: Words = ()
    blocked_words: Words = ()
    allowed_hosts: Words = ()
    blocked_hosts: Words = ()
    allowed_emails: Words = ()
    blocked_emails: Words = ()
    allowed_networks: Networks = ()
    blocked_networks: Networks = ()
    effects: Annotated[
        dict[str, Effect],
        Field(
            default_factory=dict,
            max_length=64,
            description="What a signal does here, where it differs from the default.",
        ),
    ]


class PolicyOut(PolicyIn):
    """The policy in force, with its version."""

    version: int


def policy_fields(policy: Policy) -> dict[str, object]:
    """Return a policy as plain JSON values, in the shape of `PolicyOut`."""
    fields = {name: getattr(policy, name) for name in PolicyOut.model_fields}
    return PolicyOut.model_validate(fields).model_dump(mode="json")
