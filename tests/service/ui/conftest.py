from collections.abc import Iterator
from pathlib import Path

import pytest

from service.house import House
from service.reviewing.reviewer import ReviewerRole
from tests.service.api_client import DeskClient
from tests.service.desk_house import add_person, desk_house, first_site


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A service with the admin Ada and the reviewer Ben."""
    house = desk_house(tmp_path)
    add_person(house, first_site(house), "Ada", ReviewerRole.ADMIN)
    add_person(house, first_site(house), "Ben", ReviewerRole.REVIEWER)
    yield house
    house.store.close()


@pytest.fixture
def ada(house: House) -> DeskClient:
    """Ada, logged in."""
    client = DeskClient(house)
    assert client.log_in().status_code == 303
    return client
