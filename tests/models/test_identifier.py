import random

import numpy as np
import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

from models.identifier import Identifier, load_identifier


@pytest.fixture(scope="module")
def ours() -> Identifier:
    return load_identifier()


@pytest.fixture(scope="module")
def library() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


TEXTS = (
    "",
    "a",
    "cheap watches, click the link in my profile today",
    "Vielen Dank für den Beitrag, damit habe ich das Problem endlich lösen können",
    "Спасибо за статью, наконец-то получилось настроить всё как следует",
    "هذا المقال مفيد جدا وقد ساعدني على حل المشكلة في موقعي",
    "日本語のテキストです。とても役に立ちました",
    "นี่เป็นบทความที่ดีมาก",
    "12345 67890",
    "\ud800 half a letter",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_says_what_the_library_says(
    text: str, ours: Identifier, library: LanguageIdentifier
) -> None:
    language, belief = library.classify(text)
    assert ours.classify(text) == (language, pytest.approx(belief, abs=1e-4))


def test_no_order_of_letters_leads_it_elsewhere(
    ours: Identifier, library: LanguageIdentifier
) -> None:
    source = random.Random(4)
    alphabets = [range(32, 127), range(0x400, 0x460), range(0x3041, 0x30FF), range(32, 0xD7FF)]
    for letters in alphabets * 10:
        text = "".join(chr(source.choice(letters)) for _ in range(300))
        expected = dict(library.rank(text))
        found = dict(ours.rank(text))
        assert np.allclose([found[name] for name in expected], list(expected.values()), atol=1e-4)
