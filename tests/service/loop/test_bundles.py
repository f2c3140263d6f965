"""The registry on both databases: one atomic switch, a way back, and refusals that say why."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.bundle import BundleDamaged, BundleError
from service.errors import Conflict, NotFound
from service.loop.bundle_folder import BundleFolder
from service.loop.bundles import Bundles, Switch
from service.loop.promotion import Promotion, PromotionKind, bundle_before
from service.store.engine import Store
from tests.service.other_bundle import other_bundle
from tests.service.tiny_bundle import tiny_bundle

FIRST, OTHER = tiny_bundle(), other_bundle()
THIRD = other_bundle(1.5, "2026-03-03T00:00:00Z")


@pytest.fixture
def bundles(store: Store, tmp_path: Path) -> Bundles:
    opened = Bundles(store, BundleFolder(tmp_path / "bundles"), FIRST)
    opened.add(OTHER, "Ada", "added")
    opened.add(THIRD, "Ada", "added")
    return opened


def _activate(bundles: Bundles, version: str) -> Promotion:
    return bundles.activate(Switch(version, "Ada", "tried"))


def test_the_first_bundle_is_in_use_until_another_is_promoted(bundles: Bundles) -> None:
    registry = bundles.registry()
    assert registry.incumbent == FIRST.version
    assert {one.version for one in registry.bundles} == {
        FIRST.version,
        OTHER.version,
        THIRD.version,
    }
    promotion = _activate(bundles, OTHER.version)
    assert (promotion.who, promotion.why) == ("Ada", "tried")
    registry = bundles.registry()
    assert registry.incumbent == OTHER.version
    assert [one.version for one in registry.promotions] == [FIRST.version, OTHER.version]


def test_rollbacks_go_back_step_by_step_and_then_say_that_there_is_no_more(
    bundles: Bundles,
) -> None:
    _activate(bundles, OTHER.version)
    _activate(bundles, THIRD.version)
    assert bundles.rollback("Ada", "worse").version == OTHER.version
    assert bundles.rollback("Ada", "worse").version == FIRST.version
    with pytest.raises(Conflict, match="no bundle was in use before"):
        bundles.rollback("Ada", "worse")
    _activate(bundles, THIRD.version)
    assert bundles.rollback("Ada", "worse").version == FIRST.version


def test_a_switch_that_cannot_be_is_refused(bundles: Bundles) -> None:
    with pytest.raises(NotFound):
        _activate(bundles, "2026-01-01-000000000000")
    _activate(bundles, OTHER.version)
    with pytest.raises(Conflict, match="in use already"):
        _activate(bundles, OTHER.version)
    with pytest.raises(Conflict, match="in use now"):
        bundles.activate(Switch(THIRD.version, "Ada", "judged against the first"), FIRST.version)


@pytest.mark.parametrize("harm", ["flip", "truncate", "swap", "remove"])
def test_a_damaged_bundle_is_not_put_in_use(bundles: Bundles, harm: str) -> None:
    place = bundles.folder.place(OTHER.version)
    weights = place / "weights.npy"
    data = bytearray(weights.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 1
        weights.write_bytes(data)
    elif harm == "truncate":
        weights.write_bytes(data[: len(data) // 2])
    elif harm == "swap":
        place.rename(place.with_name("aside"))
        bundles.folder.place(THIRD.version).rename(place)
    else:
        weights.unlink()
    with pytest.raises(Conflict, match="can't be used"):
        _activate(bundles, OTHER.version)
    assert bundles.registry().incumbent == FIRST.version


def test_a_version_is_never_a_path(bundles: Bundles) -> None:
    for name in ("../../etc", "/etc", "", "2026-01-01-000000000000/.."):
        with pytest.raises(BundleError):
            bundles.load(name)


def test_keeping_a_bundle_twice_is_keeping_it_once(bundles: Bundles) -> None:
    bundles.add(OTHER, "Grace", "retrain")
    known = next(one for one in bundles.registry().bundles if one.version == OTHER.version)
    assert (known.added_by, known.origin) == ("Ada", "added")
    (bundles.folder.place(OTHER.version) / "weights.npy").write_bytes(b"")
    with pytest.raises(BundleDamaged):
        bundles.add(OTHER, "Grace", "retrain")


def test_two_who_keep_a_bundle_at_once_keep_it_whole(tmp_path: Path) -> None:
    folder = BundleFolder(tmp_path / "new")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: folder.keep(OTHER), range(4)))
    assert folder.load(OTHER.version).version == OTHER.version
    assert [path.name for path in folder.path.iterdir()] == [OTHER.version]


def test_the_bundle_before_is_the_newest_not_taken_back() -> None:
    def history(*steps: str) -> list[Promotion]:
        return [
            Promotion(
                number,
                step[-1],
                PromotionKind.ROLLBACK if step.startswith("back") else PromotionKind.ACTIVATE,
                "Ada",
                "",
                number,
            )
            for number, step in enumerate(steps, 1)
        ]

    assert bundle_before([]) is None
    assert bundle_before(history("a")) is None
    assert bundle_before(history("a", "b")) == "a"
    assert bundle_before(history("a", "b", "c", "back b")) == "a"
    assert bundle_before(history("a", "b", "back a")) is None
    assert bundle_before(history("a", "b", "a")) == "b"
