"""Ways to be reached that a text offers beside its links: a telephone, a site that signs it."""

import re

# Eight digits and more in groups, not a part of a word, an amount, an address or an identifier.
_NUMBER = re.compile(r"(?<![a-z0-9_.,/=#$€£+-])\+?\(?\d[\d ().-]{6,18}\d(?![a-z0-9_/=]|[.,:-]\d)")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15
_DIGITS = re.compile(r"\d+")
# Years, days and times are no telephone, nor are single figures in a row.
_TIMES = re.compile(r"\(?(?:1[89]|20)\d\d(?:[ .-]{1,3}(?:\d{1,2}|(?:1[89]|20)\d\d))*\)?")
_CALLING = re.compile(
    r"(?:call|phone|tel|text|dial|ring|whats ?app|viber|telegram|wechat|line|zalo|qq|wa|sms|hotline|"
    r"contact|mobile|cell|number|电话|電話|微信|전화|телефон|тел)(?: (?:me|us|now|on|at)){0,2}[\W_]{0,4}\Z"
)
_BEFORE = 24

_SITE = r"(?:web ?-?(?:b?log|site|page)|home ?-?page|blog(?: post)?|site|page|channel)"
_LEADING = r"(?:visit|surf to|look (?:at|into)|check out|stop by|here is)"
# What parts a signature from what it signs; a comma or a full stop goes on with a reader's sentence.
_PARTED = r"(?: ?::| ?:(?= )| ?;| ?\.\.\.| - | ?[(\[])"
_SIGNATURE = re.compile(
    rf"\b(?:{_LEADING}(?: my| our)|my|our)(?: own| new| latest)? {_SITE}{_PARTED}|"
    rf"\b{_LEADING} (?:my|our)(?: own| new| latest)? {_SITE}[^.?!]{{0,24}}\Z"
)
# Looked for first, as few texts hold any, and the signature only around them.
_SITE_WORD = re.compile(r"site|page|log|channel")
_AHEAD, _BEHIND = 40, 32
_FIGURES = b"0123456789"


def gives_phone(text: str) -> bool:
    """Tell whether a normalised text holds a telephone number, as far as its spelling tells.

    >>> gives_phone("call or text +1 (555) 010-9483 now"), gives_phone("since 2010-11-24 12:30")
    (True, False)
    """
    data = text.encode()
    if len(data) - len(data.translate(None, _FIGURES)) < _FEWEST_DIGITS:
        return False
    return any(
        _is_phone(match[0], text[max(0, match.start() - _BEFORE) : match.start()])
        for match in _NUMBER.finditer(text)
    )


def _is_phone(number: str, before: str) -> bool:
    groups = _DIGITS.findall(number)
    if not _FEWEST_DIGITS <= sum(map(len, groups)) <= _MOST_DIGITS or _TIMES.fullmatch(number):
        return False
    if _CALLING.search(before) or number.startswith(("+", "(", "0")):
        return True
    # Groups of two to five, as numbers are written; plain ones are counts, prices, identifiers.
    return len(groups) > 2 and all(1 < len(group) < 6 for group in groups[1:]) and "-" in number


def signs_with_site(text: str) -> bool:
    """Tell whether a normalised text points to a site of the writer's own, as bots sign.

    >>> signs_with_site("so true. my web-site :: cheap boots"), signs_with_site("i like my blog a lot")
    (True, False)
    """
    return any(
        _SIGNATURE.search(text, max(0, word.start() - _AHEAD), word.end() + _BEHIND)
        for word in _SITE_WORD.finditer(text)
    )
