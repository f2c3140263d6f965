"""What a candidate learnt from, said for a person."""

from collections.abc import Iterator, Mapping
from typing import Any


def learnt_from(story: Mapping[str, Any], tastes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield a heading and a sentence for each thing that the owner may ask about."""
    if not story:
        return
    yield "labels", f"{story['spam']:,} spam and {story['ham']:,} ham, until {story['until']}"
    yield "people", _people(story)
    yield (
        "left out",
        f"{story['quarantined']:,} contradict others, {story['forgotten']:,} were forgotten",
    )
    for one in story.get("spoilers", ()):
        yield (
            "left out",
            f"{one['labels']:,} of {one['who']}, who makes the others' harder to foretell",
        )
    yield "half-life", f"{story['half_life_days']:.0f} days"
    if "strength" in story:
        losses = ", ".join(f"{name}: {loss:.4f}" for name, loss in story["losses"].items())
        yield (
            "held near the incumbent",
            f"by {story['strength']:g} (log loss by strength: {losses})",
        )
    for name, one in tastes.items():
        limits = len(one["thresholds"]["max_ham_rejected"])
        does = "decides alone where its labels certify its limits" if limits else "may only warn"
        yield f"taste of {name}", f"{one['spam']:,} spam and {one['ham']:,} ham; {does}"


def _people(story: Mapping[str, Any]) -> str:
    large = sorted(story["large_labellers"].items(), key=lambda one: -one[1])
    shares = ", ".join(f"{who} {share:.0%}" for who, share in large)
    return f"{story['labellers']:,}; of the weight: {shares or 'nobody over 5 %'}"
