from collections.abc import Iterator

import pytest

from tests.service.stalling import AMPLE, Served, running


@pytest.fixture(scope="module")
def short() -> Iterator[Served]:
    with running() as served:
        yield served


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def either(request: pytest.FixtureRequest) -> Iterator[Served]:
    """Either loop: they buffer, pause and close each in its own way."""
    with running(loop=request.param) as served:
        yield served


@pytest.fixture(scope="module")
def ample() -> Iterator[Served]:
    with running(AMPLE) as served:
        yield served
