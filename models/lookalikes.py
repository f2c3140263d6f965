# ruff: noqa: RUF001 - letters that look alike are what this is about
"""Letters of other scripts that are drawn like Latin ones, and the Latin letter each stands for."""

# Chosen by eye from Unicode TR39's confusables: lower-case forms, since text is casefolded first.
_PAIRS = (
    ("а", "a"), ("ь", "b"), ("с", "c"), ("ԁ", "d"), ("е", "e"), ("ё", "e"), ("ѐ", "e"), ("ғ", "f"),
    ("ց", "g"), ("һ", "h"), ("н", "h"), ("і", "i"), ("ї", "i"), ("ӏ", "l"), ("ј", "j"), ("к", "k"),
    ("м", "m"), ("п", "n"), ("ո", "n"), ("о", "o"), ("օ", "o"), ("р", "p"), ("ԛ", "q"), ("г", "r"),
    ("ѕ", "s"), ("т", "t"), ("υ", "u"), ("ս", "u"), ("ц", "u"), ("ѵ", "v"), ("ԝ", "w"), ("ш", "w"),
    ("х", "x"), ("у", "y"), ("ү", "y"), ("в", "b"), ("з", "3"), ("α", "a"), ("β", "b"), ("ϲ", "c"),
    ("ε", "e"), ("γ", "y"), ("η", "n"), ("ι", "i"), ("ϳ", "j"), ("κ", "k"), ("ο", "o"), ("ρ", "p"),
    ("σ", "o"), ("τ", "t"), ("ν", "v"), ("ω", "w"), ("χ", "x"), ("ѡ", "w"), ("ɡ", "g"), ("ɑ", "a"),
    ("ı", "i"), ("ɩ", "i"), ("ɪ", "i"), ("ʏ", "y"), ("ᴀ", "a"), ("ʙ", "b"), ("ᴄ", "c"), ("ᴅ", "d"),
    ("ᴇ", "e"), ("ꜰ", "f"), ("ɢ", "g"), ("ʜ", "h"), ("ᴊ", "j"), ("ᴋ", "k"), ("ʟ", "l"), ("ᴍ", "m"),
    ("ɴ", "n"), ("ᴏ", "o"), ("ᴘ", "p"), ("ʀ", "r"), ("ꜱ", "s"), ("ᴛ", "t"), ("ᴜ", "u"), ("ᴠ", "v"),
    ("ᴡ", "w"), ("ᴢ", "z"), ("ҽ", "e"), ("ƅ", "b"), ("ƙ", "k"), ("ʋ", "v"), ("ɯ", "w"), ("ց", "g"),
)  # fmt: skip

LOOKALIKES: dict[str, str] = dict(_PAIRS)
"""Look-alike letter → Latin letter (one character each)."""

# Drawn by no script of its own: small capitals and IPA letters are styling wherever they stand
# beside nothing but each other and Latin.
STYLED = "ɡɑɩɪʏᴀʙᴄᴅᴇꜰɢʜᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡᴢ"

TABLE: dict[int, int] = {ord(odd): ord(plain) for odd, plain in _PAIRS}
"""The same for `str.translate`."""

# Squared and circled capitals have no compatibility decomposition.
BOXED: dict[str, str] = {
    chr(first + offset): chr(ord("a") + offset)
    for first in (0x1F150, 0x1F170)
    for offset in range(26)
}
