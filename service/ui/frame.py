"""What every page of the desk has around it."""

from typing import Any

from fastapi import Request

from models.thresholds import Thresholds
from service.deciding.limits import thresholds_of
from service.house import House
from service.reviewing.reviewer import ReviewerRole
from service.store.keys import all_sites
from service.store.policies import policies_of
from service.store.queue_pages import queue_counts
from service.store.reviewers import sites_of
from service.ui.desk_route import session_of


def frame(request: Request, house: House, here: str) -> dict[str, Any]:
    """Return what the layout shows: who is here, on which site, and how much waits."""
    session = session_of(request)
    with house.store.reading() as connection:
        counts = queue_counts(connection, session.site_id)
        mine = sites_of(connection, session.reviewer.id)
        sites = [site for site in all_sites(connection) if site.id in mine]
    return {
        "session": session,
        "is_admin": session.role is ReviewerRole.ADMIN,
        "sites": sites,
        "counts": counts,
        "here": here,
    }


def thresholds_in_force(house: House, site_id: str) -> Thresholds:
    """Return the thresholds that decide on this site now."""
    with house.store.reading() as connection:
        policy = policies_of(connection, [site_id])[site_id]
    return thresholds_of(house.scorer.bundle.manifest.thresholds, policy)
