import pytest

from training.importers.timestamp import from_epoch, from_text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-04 09:15:00", "2021-03-04T09:15:00+00:00"),
        ("2021-03-04T10:15:00.123456789+01:00", "2021-03-04T09:15:00+00:00"),
        ("2021-03-04T09:15:00Z", "2021-03-04T09:15:00+00:00"),
        (" 2021-03-04 ", "2021-03-04T00:00:00+00:00"),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_text(text: str | None, moment: str | None) -> None:
    assert from_text(text) == moment


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (1614849300.25, "2021-03-04T09:15:00+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (1e300, None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_epoch(seconds: float | None, moment: str | None) -> None:
    assert from_epoch(seconds) == moment
