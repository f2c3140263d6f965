"""The first site and its key, so that a fresh installation answers at once."""

from service.clock import now
from service.edge.auth import Key, Scope, fingerprint, new_secret
from service.house import House
from service.identifiers import IdentifierSource
from service.reviewing.reviewer import ReviewerRole
from service.settings import Settings
from service.store.engine import Store
from service.store.keys import Site, add_key, add_site, all_sites, find_key
from service.store.reviewers import anyone

SITE_NAME = "default"
SCOPES = frozenset({Scope.CHECK, Scope.LABEL, Scope.SITE_ADMIN})


def ensure_first_site(store: Store, settings: Settings, new_id: IdentifierSource) -> str | None:
    """Make the first site and its key where there are none; return the secret if it is known.

    `WINNOW_API_KEY` becomes a key of the first site at any start. A random one is made only at the
    first start and can't be shown again, for only its hash is stored.
    """
    given = settings.api_key.get_secret_value() if settings.api_key else None
    with store.writing() as connection:
        known = all_sites(connection)
        if known and given is None:
            return None
        site = known[0] if known else Site(new_id(), SITE_NAME, now())
        if not known:
            add_site(connection, site)
        secret = given or new_secret()
        if find_key(connection, fingerprint(secret)) is None:
            key = Key(new_id(), site.id, SCOPES)
            add_key(connection, key, fingerprint(secret), now())
    return secret


def first_invitation(house: House) -> str | None:
    """Return the secret of a one-time link for the first admin, as long as nobody reviews yet."""
    with house.store.reading() as connection:
        if anyone(connection):
            return None
        site = all_sites(connection)[0]
    return house.visits.invite(site.id, ReviewerRole.ADMIN)
