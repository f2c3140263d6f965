"""Sound exports of any size, one writer a format, for what samples are too small to show."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from xml.sax.saxutils import escape

Comments = Iterable[str]
_WORDS = "I slash mine before the second rise and it stopped cracking, does steam help too? "


def ordinary_comments(count: int, length: int = 300) -> Iterator[str]:
    """Yield comments of one length that differ in their number."""
    text = (_WORDS * (length // len(_WORDS) + 1))[:length]
    for number in range(count):
        yield f"{number} {text}"


def _lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        file.writelines(lines)


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def write_wxr(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" '
        yield 'xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n<item>\n'
        yield f"<title>{escape('Rye & salt')}</title>\n"
        for number, text in enumerate(comments):
            yield (
                f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
                "<wp:comment_author>Jonas</wp:comment_author>"
                "<wp:comment_date_gmt>2021-03-04 09:15:00</wp:comment_date_gmt>"
                f"<wp:comment_content>{_cdata(text)}</wp:comment_content>"
                "<wp:comment_approved>1</wp:comment_approved></wp:comment>\n"
            )
        yield "</item>\n</channel>\n</rss>\n"

    _lines(path, lines())


def write_wordpress_rest(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        for number, text in enumerate(comments):
            comment = {
                "id": number,
                "post": 7,
                "author_name": "Jonas",
                "date_gmt": "2021-03-04T09:15:00",
                "content": {"rendered": text},
                "status": "approved",
                "type": "comment",
            }
            yield ("," if number else "[") + json.dumps(comment)
        yield "]"

    _lines(path, lines())


def write_wordpress_sql(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        yield "-- MySQL dump 10.13\nSET NAMES utf8mb4;\n"
        for number, text in enumerate(comments):
            quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace("\0", "\\0")
            quoted = quoted.replace("\n", "\\n").replace("\r", "\\r")
            starts = number % 1_000 == 0
            head = "INSERT INTO `wp_comments` VALUES " if starts else ","
            yield (";\n" if starts and number else "") + head
            yield (
                f"({number},7,'Jonas','','','','2021-03-04 10:15:00','2021-03-04 09:15:00',"
                f"'{quoted}',0,'1','','comment',0,0)"
            )
        yield ";\n-- Dump completed on 2022-01-01\n"

    _lines(path, lines())


def write_disqus(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        yield '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
        yield 'xmlns:dsq="http://disqus.com/disqus-internals">\n'
        yield '<thread dsq:id="7"><title>Rye</title></thread>\n'
        for number, text in enumerate(comments):
            yield (
                f'<post dsq:id="{number}"><message>{_cdata(text)}</message>'
                "<createdAt>2021-03-04T09:15:00Z</createdAt><isDeleted>false</isDeleted>"
                "<isSpam>false</isSpam><author><name>Jonas</name></author>"
                '<thread dsq:id="7" /></post>\n'
            )
        yield "</disqus>\n"

    _lines(path, lines())


def write_isso(path: Path, comments: Comments) -> None:
    insert = (
        "INSERT INTO comments (tid, id, created, mode, text, author, voters) "
        "VALUES (1, ?, 1614849300.0, 1, ?, 'Jonas', x'00')"
    )
    schema = (Path(__file__).parent / "samples" / "isso.sql").read_text().partition("INSERT")[0]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(schema)
        database.execute("INSERT INTO threads VALUES (1, '/rye/', 'Rye')")
        database.executemany(insert, enumerate(comments))
        database.commit()


def write_remark42(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        yield '{"version":1,"users":[],"posts":[]}\n'
        for number, text in enumerate(comments):
            comment = {
                "id": f"r{number}",
                "text": text,
                "user": {"name": "Jonas", "id": "github_1"},
                "time": "2021-03-04T09:15:00Z",
            }
            yield json.dumps(comment) + "\n"

    _lines(path, lines())


def write_csv(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        yield "id,content,label,created_at\r\n"
        for number, text in enumerate(comments):
            line = io.StringIO()
            csv.writer(line).writerow([number, text, "ham", "2021-03-04T09:15:00Z"])
            yield line.getvalue()

    _lines(path, lines())


def write_jsonl(path: Path, comments: Comments) -> None:
    def lines() -> Iterator[str]:
        for number, text in enumerate(comments):
            row = {"id": str(number), "source": "bread", "label": "ham", "content": text}
            yield json.dumps(row) + "\n"

    _lines(path, lines())


WRITERS: dict[str, Callable[[Path, Comments], None]] = {
    "wxr": write_wxr,
    "wordpress-rest": write_wordpress_rest,
    "wordpress-sql": write_wordpress_sql,
    "disqus": write_disqus,
    "isso": write_isso,
    "remark42": write_remark42,
    "csv": write_csv,
    "jsonl": write_jsonl,
}
