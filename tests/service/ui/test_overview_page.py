"""The overview: bundles with their switches and promises."""

from dataclasses import replace
from pathlib import Path

from models.bundle import seal
from service.clock import now
from service.loop.bundles import Switch
from service.reviewing.reviewer import ReviewerRole
from tests.service.api_client import DeskClient
from tests.service.desk_comments import single
from tests.service.desk_house import add_person, desk_house, first_site, send, small_bundle


def test_it_tells_which_bundle_was_in_use_when_by_whom_and_why(tmp_path: Path) -> None:
    house = desk_house(tmp_path, certified=True)
    add_person(house, first_site(house), "Ben", ReviewerRole.REVIEWER)
    send(house, [single(1)], at=now())
    ben = DeskClient(house)
    ben.log_in("Ben")
    assert "Which was in use when" not in ben.get("/review/overview").text
    first = small_bundle(certified=True)
    other = seal(replace(first.manifest, intercept=-1.0), dict(first.arrays))
    house.bundles.add(other, "tests", "added")
    house.bundles.activate(Switch(other.version, "Ada", "it <b>catches</b> more"))
    house.bundles.rollback("Ada", "it caught readers")
    page = ben.get("/review/overview").text
    shown = page.split("Which was in use when")[1].split("</table>")[0]
    assert shown.index("it caught readers") < shown.index("it &lt;b&gt;catches&lt;/b&gt; more")
    assert "rollback" in shown
    assert other.version in shown
    assert "at most 0.2 % genuine rejected" in page
    house.store.close()
