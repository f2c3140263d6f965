"""A person who was erased: nothing on disk names her, and no later bundle has learnt from her."""

from pathlib import Path

import numpy as np
import pytest

from models.bundle import Bundle, load_bundle
from models.comment import Author, Comment
from models.features import featurise
from tests.loop_bundle import loop_bundle
from tests.loop_comments import campaign, ham
from tests.test_loop import Blog, blog

__all__ = ["blog"]
NAME, EMAIL, ADDRESS = "Ottoline Quist", "ottoline.quist@example.org", "198.51.100.77"
WORDS = (NAME, EMAIL, ADDRESS, "Zebulon", "marmoset")
HERS = [f"Zebulon's marmoset sings {number}: {text}" for number, text in enumerate(ham(12, 77))]


def _write(blog: Blog, text: str, author: dict[str, str]) -> str:
    sent = {"content": text, "author": author, "external_id": text[:100]}
    answer = blog.client.post("/v1/comments", json=sent)
    assert answer.status_code == 201, answer.text
    comment_id: str = answer.json()["id"]
    return comment_id


def _teach(blog: Blog, seed: int) -> list[str]:
    """Label sixty comments of each kind; return their texts."""
    said = dict.fromkeys(campaign(60, seed), "spam") | dict.fromkeys(ham(60, seed + 1), "ham")
    blog.label_many(
        [{"comment_id": blog.check(text)["id"], "label": label} for text, label in said.items()]
    )
    return list(said)


def _retrained(blog: Blog) -> Bundle:
    """Retrain and switch by hand: what was promoted is watched, and a burst like ours rolls it back."""
    done = blog.command("retrain", "--least-labels", "15")
    assert isinstance(done, dict)
    blog.command("bundles", "activate", done["candidate"], "--why", "passed the gate")
    return load_bundle(Path(blog.environ["WINNOW_DATA_DIR"]) / "bundles" / done["candidate"])


def _stand_up_for(blog: Blog, comments: list[str]) -> None:
    """Confirm labels that all else contradicts: what she wrote reads like everybody's comments."""
    doubted = blog.command("labels", "suspects")
    assert isinstance(doubted, list)
    contradicted = [one for one in doubted if one["why"].startswith("contradicted by")]
    assert {one["comment"] for one in contradicted} & set(comments)
    (who,) = {one["who"] for one in contradicted}
    blog.command("labels", "confirm", who)


def _columns(comments: list[Comment]) -> set[int]:
    return set(featurise(comments).indices.tolist())


def test_after_an_erasure_neither_the_data_folder_nor_a_later_bundle_holds_the_person(
    blog: Blog, capfd: pytest.CaptureFixture[str]
) -> None:
    author = {"name": NAME, "email": EMAIL, "ip": ADDRESS}
    hers = [_write(blog, text, author) for text in HERS]
    blog.label_many([{"comment_id": one, "label": "spam"} for one in hers])
    others = _teach(blog, 31)
    _stand_up_for(blog, hers)
    first = _retrained(blog)
    erased = blog.client.delete("/v1/people", params={"email": EMAIL.upper()}).json()
    assert erased == {"comments": len(HERS), "labels": len(HERS)}
    others += _teach(blog, 51)
    second = _retrained(blog)

    own = _columns([Comment(text, author=Author(name=NAME)) for text in HERS])
    own -= _columns([Comment(text) for text in others])
    columns, root = np.array(sorted(own)), loop_bundle()
    assert np.any(first.weights[columns] != root.weights[columns].astype(np.float16))
    assert np.array_equal(second.weights[columns], root.weights[columns].astype(np.float16))
    assert second.manifest.parent == first.version
    assert second.manifest.metrics["refit"]["forgotten"] == len(HERS)

    logged = "".join(capfd.readouterr()).lower()
    files = [one for one in Path(blog.environ["WINNOW_DATA_DIR"]).rglob("*") if one.is_file()]
    assert {"manifest.json", "winnow.db"} <= {one.name for one in files}
    for word in WORDS:
        assert word.lower() not in logged
        for file in files:
            assert word.lower().encode() not in file.read_bytes().lower(), file
