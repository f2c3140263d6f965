"""Spun comments: templates such as `{Great|Nice} {post|article}!` and the texts they make."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_INNERMOST = re.compile(r"\{([^{}]*)\}")
_SEED = 20261122


@dataclass(frozen=True, slots=True)
class Template:
    """A text with choices in braces, which may stand inside each other."""

    id: str
    text: str


def read_templates(path: Path) -> list[Template]:
    """Read templates from JSON Lines with the fields `id` and `template`."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    if not all(isinstance(row.get(name), str) for row in rows for name in ("id", "template")):
        raise ValueError(f"{path}: every line needs the text fields id and template.")
    return [Template(row["id"], row["template"]) for row in rows]


def spin(template: Template, count: int) -> Iterator[str]:
    """Yield up to `count` different texts of a template, the same ones every time."""
    chance = random.Random(f"{_SEED} {template.id}")  # noqa: S311 - repeatable, not secret
    seen: set[str] = set()
    for _ in range(3 * count):
        text = _choose(template.text, chance)
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == count:
            return


def _choose(text: str, chance: random.Random) -> str:
    while True:
        chosen, replaced = _INNERMOST.subn(lambda match: chance.choice(match[1].split("|")), text)
        if not replaced:
            return chosen
        text = chosen
