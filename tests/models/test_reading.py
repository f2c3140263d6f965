import random

from benchmarks.words import text
from models.comment import Comment
from models.links import find_links
from models.reading import read

CHANGED = (
    "<b>bold</b> http://a.example.com/",
    "write to me@b.example.com",
    "two  spaces and www.c.example.com",
    "cafe\u0301 d.example.com",
)


def test_links_of_a_batch_are_those_of_each_text_where_nothing_was_changed() -> None:
    source = random.Random(11)
    plain = [text(source, sells) for sells in (True, False) * 50]
    reading = read([Comment(content) for content in (*plain, *CHANGED)])
    for row, content in enumerate(plain):
        assert reading.links_as_sent(row) == find_links(content.lower())
    for row in range(len(plain), len(plain) + len(CHANGED)):
        assert reading.links_as_sent(row) is None
