"""Named pieces of evidence about a comment, from the site's rules and from our own records."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from disposable_email_domains import blocklist as DISPOSABLE_DOMAINS  # noqa: N812

from models.comment import Comment, Label, Role
from models.links import Link, find_links, parse_address
from models.text import normalise
from service.deciding.decision import Signal
from service.deciding.policy import Policy
from service.deciding.records import Facts

TRUSTED_ROLES: Final = frozenset({Role.AUTHOR, Role.EDITOR, Role.ADMIN})
# From here on a comment is scored on its windows and always held: nobody types this much.
LONG: Final = 20_000
# One approval may be the classifier's mistake; two are a habit.
KNOWN_AFTER: Final = 2

_WORD = re.compile(r"\w+")


def signals_of(
    comment: Comment, facts: Facts, policy: Policy, links: Sequence[Link] | None = None
) -> tuple[Signal, ...]:
    """Return the signals of one comment, given what the records and the site's policy say.

    `links` are those of its content in lower case, where they were found already.
    """
    if links is None:
        links = find_links(comment.content.lower())
    return (
        *_of_author(comment, facts),
        *_of_words(comment, policy),
        *_of_hosts(comment, links, policy),
        *_of_sender(comment, policy),
        *_of_form(comment, links, policy),
        *_of_reviewed(comment, facts),
        *_of_text(facts, policy, linked=bool(links)),
    )


def _of_author(comment: Comment, facts: Facts) -> Iterator[Signal]:
    if comment.author.role in TRUSTED_ROLES:
        yield Signal("trusted_role", f"The author is the site's own {comment.author.role}.")
    known = facts.author
    if known.spam or known.rejected:
        return
    if known.ham or known.approved >= KNOWN_AFTER:
        count = f"{known.approved} comment{'s' if known.approved > 1 else ''}"
        if comment.author.id is not None:
            yield Signal(
                "vouched_author", f"This signed-in author has {count} here, none of it spam."
            )
        else:
            yield Signal("known_author", f"This e-mail has {count} here, none of it spam.")


def _of_words(comment: Comment, policy: Policy) -> Iterator[Signal]:
    if not (policy.allowed_words or policy.blocked_words):
        return
    text = normalise(f"{comment.content}\n{comment.author.name or ''}")
    words = frozenset(_WORD.findall(text))
    for name, listed in (("allowed", policy.allowed_words), ("blocked", policy.blocked_words)):
        for entry in listed:
            if _says(text, words, entry):
                yield Signal(f"{name}_word", f"It contains “{entry}”, which this site has {name}.")
                break


def _says(text: str, words: frozenset[str], entry: str) -> bool:
    if entry.isascii() and entry.isalnum():
        return entry in words
    return entry in text


def _of_hosts(comment: Comment, links: Sequence[Link], policy: Policy) -> Iterator[Signal]:
    if not (policy.allowed_hosts or policy.blocked_hosts):
        return
    hosts = {link.address.host for link in links}
    if own := parse_address((comment.author.url or "").lower()):
        hosts.add(own.host)
    for name, listed in (("allowed", policy.allowed_hosts), ("blocked", policy.blocked_hosts)):
        for entry in listed:
            if any(host == entry or host.endswith(f".{entry}") for host in hosts):
                yield Signal(f"{name}_host", f"It links to {entry}, which this site has {name}.")
                break


def _of_sender(comment: Comment, policy: Policy) -> Iterator[Signal]:
    email = (comment.author.email or "").strip().casefold()
    domain = email.rpartition("@")[2]
    if email:
        for name, listed in (
            ("allowed", policy.allowed_emails),
            ("blocked", policy.blocked_emails),
        ):
            if email in listed or f"@{domain}" in listed:
                yield Signal(f"{name}_email", f"This site has {name} the author's e-mail.")
        if domain in DISPOSABLE_DOMAINS:
            yield Signal(
                "disposable_email", "The e-mail is from a service for throw-away addresses."
            )
    if comment.author.ip and (policy.allowed_networks or policy.blocked_networks):
        address = ip_address(comment.author.ip)
        for name, listed in (
            ("allowed", policy.allowed_networks),
            ("blocked", policy.blocked_networks),
        ):
            if any(address in network for network in _networks(listed)):
                yield Signal(f"{name}_network", f"This site has {name} the author's address range.")


def _of_form(comment: Comment, links: Sequence[Link], policy: Policy) -> Iterator[Signal]:
    if comment.honeypot:
        yield Signal("honeypot_filled", "A form field that people can't see was filled in.")
    if comment.form_seconds is not None and comment.form_seconds < policy.min_form_seconds:
        yield Signal(
            "form_too_fast", f"The form was sent after {comment.form_seconds:.1f} seconds."
        )
    if len(links) > policy.max_links:
        yield Signal(
            "too_many_links", f"It has {len(links)} links; this site takes {policy.max_links}."
        )
    if len(comment.content) > LONG:
        yield Signal("too_long", f"It is longer than {LONG:,} characters.")


def _of_reviewed(comment: Comment, facts: Facts) -> Iterator[Signal]:
    """Follow what a person said of this text before, at once and without a retrain."""
    # A spammer's copy of a genuine comment has his address in the place of the author's.
    copied = facts.same_label is Label.HAM and bool(comment.author.url)
    if facts.same_label is Label.SPAM:
        yield Signal("same_text_spam", "A person called the same text spam.")
    elif facts.same_label is Label.HAM and not copied:
        yield Signal("same_text_ham", "A person called the same text genuine.")
    elif facts.near_label is Label.SPAM:
        yield Signal("near_text_spam", "A person called nearly the same text spam.")
    elif copied or facts.near_label is Label.HAM:
        yield Signal("near_text_ham", "A person called nearly the same text genuine.")


def _of_text(facts: Facts, policy: Policy, *, linked: bool) -> Iterator[Signal]:
    same, near = facts.same_text, facts.near_text
    # “Thanks!” is said by many; only what nobody says twice by chance counts as repeated.
    if not (linked or facts.distinctive):
        return
    if same.seen >= policy.max_same_text:
        yield Signal("same_text_repeated", f"The same text came {same.seen} times before.")
    elif near.seen >= policy.max_same_text:
        yield Signal("near_text_repeated", f"Nearly the same text came {near.seen} times before.")


@lru_cache(maxsize=256)
def _networks(listed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(entry) for entry in listed)
