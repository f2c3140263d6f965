from models.fingerprint import fingerprints
from service.deciding.decision import Decision
from service.deciding.records import Records, Tally, Traces, values_of

LONG = "The bridge over the river was closed in June, so we walked around the lake instead."
SPUN = "The bridge over the river was shut in June, so we walked around the lake instead."
OTHER = "Cheap watches and pills online, order now and get free shipping to every country."


def _traces(text: str, author: int | None = None) -> Traces:
    return Traces(author, fingerprints([text])[0])


def test_comments_decided_in_turn_see_those_before_them() -> None:
    records = Records()
    first, spun = _traces(LONG, author=7), _traces(SPUN, author=7)
    facts = records.about(first)
    assert (facts.same_text.seen, facts.author.seen, facts.campaign_id) == (0, 0, None)
    values = records.add("first", first, facts, Decision.REJECT)
    assert set(values) == values_of([first])

    again = records.about(first)
    assert (again.same_text.rejected, again.author.rejected) == (1, 1)
    assert again.campaign_id == "first"
    assert records.add("second", first, again, Decision.HOLD) == []

    near = records.about(spun)
    assert near.same_text.seen == 0
    assert near.near_text == Tally(held=1, rejected=1)
    assert near.campaign_id == "first"
    assert spun.fingerprint is not None
    assert records.add("third", spun, near, Decision.HOLD) == [spun.fingerprint.key]
    assert records.about(spun).near_text.seen == 3


def test_another_text_begins_its_own_campaign() -> None:
    records = Records()
    for name, text in (("first", LONG), ("second", OTHER)):
        traces = _traces(text)
        records.add(name, traces, records.about(traces), Decision.APPROVE)
    assert records.about(_traces(OTHER)).campaign_id == "second"


def test_a_test_comment_leaves_no_trace() -> None:
    records = Records()
    nothing = Traces()
    assert records.add("first", nothing, records.about(nothing), Decision.HOLD) == []
    assert records == Records()
