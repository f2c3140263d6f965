from collections.abc import Iterator

import pytest

from service.settings import Settings
from tests.service.conftest import open_house
from tests.service.webhooks.shops import Shop


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"private_receivers": "127.0.0.0/8"})


@pytest.fixture
def shop(settings: Settings) -> Iterator[Shop]:
    """A service without its web server, with a sender, on either database."""
    opened = Shop(open_house(settings))
    yield opened
    opened.close()


@pytest.fixture
def sqlite_settings(sqlite_settings: Settings) -> Settings:
    return sqlite_settings.model_copy(update={"private_receivers": "127.0.0.0/8"})


@pytest.fixture
def sqlite_shop(sqlite_settings: Settings) -> Iterator[Shop]:
    opened = Shop(open_house(sqlite_settings))
    yield opened
    opened.close()
