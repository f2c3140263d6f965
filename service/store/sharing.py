"""Which sites keep what their labels teach to themselves."""

from sqlalchemy import Connection

from service.store.keys import all_sites
from service.store.policies import policies_of


def keeping_sites(connection: Connection) -> list[str]:
    """Return the names of the sites that do not share their labels; an only site has nobody to ask."""
    sites = all_sites(connection)
    if len(sites) == 1:
        return []
    policies = policies_of(connection, [site.id for site in sites])
    return [site.name for site in sites if not policies[site.id].share_labels]
