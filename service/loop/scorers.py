"""A bundle's scorer in this installation: the tastes of its sites by the sites' ids."""

from models.bundle import Bundle, BundleDamaged
from models.scorer import Scorer
from models.taste import read_tastes
from service.loop.bundle_folder import for_scoring
from service.store.engine import Store
from service.store.keys import all_sites


def scorer_of(store: Store, bundle: Bundle) -> Scorer:
    """Return a scorer; raises `BundleDamaged` when its tastes can't be read, `StoreUnavailable`."""
    try:
        tastes = read_tastes(bundle.arrays, bundle.manifest.metrics)
    except ValueError as fault:
        raise BundleDamaged(f"bundle {bundle.version} can't be used: {fault}.") from fault
    if not tastes:
        return Scorer(for_scoring(bundle))
    with store.reading() as connection:
        ids = {site.name: site.id for site in all_sites(connection)}
    known = {ids[name]: taste for name, taste in tastes.items() if name in ids}
    return Scorer(for_scoring(bundle), known)
