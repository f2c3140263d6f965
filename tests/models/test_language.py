import subprocess
import sys

import pytest

from models.language import language, script


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thanks for the article, it helped me to fix the cache of my own blog at last", "en"),
        ("Vielen Dank für den Beitrag, damit habe ich das Problem endlich lösen können", "de"),
        ("Muito obrigado pelo texto, consegui resolver o problema no meu computador", "pt"),
        ("Спасибо за статью, наконец-то получилось настроить всё как следует", "ru"),
        ("هذا المقال مفيد جدا وقد ساعدني على حل المشكلة في موقعي", "ar"),
    ],
)
def test_languages_of_readers_are_told(text: str, code: str) -> None:
    assert language(text) == code


@pytest.mark.parametrize("text", ["", "+1", "lol", "12345 67890 12345 67890", "\ud800" * 40])
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert language(text) is None


def test_an_english_word_does_not_make_a_text_english() -> None:
    assert (
        language("Vielen Dank für den Beitrag über The Who, er hat mir wirklich sehr geholfen")
        == "de"
    )


def test_scripts_are_told_by_most_letters() -> None:
    assert script("hello мир") == "latin"
    assert script("привет, world и люди") == "cyrillic"
    assert script("写得很好") == "han"
    assert script("12 \ud800 🙂") is None


def test_the_identifier_is_not_loaded_before_it_is_needed() -> None:
    text = "This is what you would buy in the best of our shops, about which they talk"
    code = (
        f"import sys, models.language; assert models.language.language({text!r}) == 'en'; "
        "sys.exit('py3langid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
