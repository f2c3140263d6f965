"""The site's settings by their form: what is saved, and what stays as it was."""

import json
import re
from dataclasses import replace
from html import unescape

from service.clock import now
from service.deciding.policy import Policy
from service.house import House
from service.store.policies import add_policy, policies_of
from tests.service.api_client import DeskClient
from tests.service.desk_house import first_site


def _policy(house: House) -> Policy:
    site_id = first_site(house)
    with house.store.reading() as connection:
        return policies_of(connection, [site_id])[site_id]


def _form(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the policy's form as it stands."""
    form = page.split('action="/review/settings/policy"')[1].split("</form>", maxsplit=1)[0]
    fields = [
        (name, unescape(value))
        for name, value in re.findall(r'<input name="(\w+)"[^>]*? value="([^"]*)"', form)
    ]
    fields += re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    fields += re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)" checked>', form)
    texts = re.findall(r'<textarea id="\w+" name="(\w+)"[^>]*>([^<]*)</textarea>', form)
    return [*fields, *((name, unescape(value)) for name, value in texts)]


def test_what_is_saved_as_it_stands_stays_as_it_is(house: House, ada: DeskClient) -> None:
    given = {
        "share_labels": True,
        "max_links": 9,
        "blocked_words": ["casino & co"],
        "effects": {"blocked_word": "hold"},
    }
    with house.store.writing() as connection:
        add_policy(connection, first_site(house), json.dumps(given), now(), "tests")
    before = _policy(house)
    page = ada.get("/review/settings").text
    assert ada.post("/review/settings/policy", [*_form(page), ("do", "save")]).status_code == 303
    after = _policy(house)
    assert after.version == before.version + 1
    assert replace(after, version=before.version) == before


def test_the_switch_for_sharing_labels_is_saved_and_taken_back(
    house: House, ada: DeskClient
) -> None:
    for wanted in (True, False):
        page = ada.get("/review/settings").text
        fields = [one for one in _form(page) if one[0] != "share_labels"]
        fields += [("do", "save"), *([("share_labels", "yes")] if wanted else [])]
        assert ada.post("/review/settings/policy", fields).status_code == 303
        assert _policy(house).share_labels is wanted
