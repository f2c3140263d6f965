"""Ids that sort by time."""

from service.identifiers import FETCHED, LENGTH, IdentifierSource, is_identifier


def test_ids_ascend_and_differ_however_many_there_are() -> None:
    source = IdentifierSource()

    made = [source() for _ in range(3 * FETCHED)]

    assert made == sorted(set(made))
    assert all(is_identifier(one) and len(one) == LENGTH for one in made)


def test_two_sources_draw_apart() -> None:
    one, other = IdentifierSource(), IdentifierSource()

    assert not {one()[10:] for _ in range(FETCHED)} & {other()[10:] for _ in range(FETCHED)}
