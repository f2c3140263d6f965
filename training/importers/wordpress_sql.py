"""A MySQL or MariaDB dump with WordPress's comments table, under any table prefix.

Goes through the dump twice, because posts come after comments in it.
"""

import re
from collections.abc import Iterator, Mapping

from training.importers.disk_index import DiskIndex
from training.importers.errors import OptionsError
from training.importers.imported_comment import SourcePost
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.sql_stream import Insert, SqlDump, Table
from training.importers.wordpress_record import wordpress_comment, wordpress_post

Columns = tuple[str, ...]
Row = dict[str, str | None]

# The order of wp-admin/includes/schema.php, for dumps without column names.
_COMMENTS = """
comment_ID comment_post_ID comment_author comment_author_email comment_author_url comment_author_IP
comment_date comment_date_gmt comment_content comment_karma comment_approved comment_agent
comment_type comment_parent user_id
"""
_POSTS = """
ID post_author post_date post_date_gmt post_content post_title post_excerpt post_status
comment_status ping_status post_password post_name to_ping pinged post_modified post_modified_gmt
post_content_filtered post_parent guid menu_order post_type post_mime_type comment_count
"""
_COMMENT_COLUMNS: Columns = tuple(_COMMENTS.split())
_POST_COLUMNS: Columns = tuple(_POSTS.split())
# Never answered by a comment, and often many.
_NOT_POSTS = {"revision", "nav_menu_item", "customize_changeset", "oembed_cache"}
_DUMP_HEADS = (b"-- MySQL dump", b"-- MariaDB dump")
_BEGINNING = re.compile(rb"\s*(?:--|/\*|INSERT\s+INTO|CREATE\s+TABLE|SET\s|DROP\s)", re.IGNORECASE)
_STATEMENT = re.compile(rb"\b(?:INSERT\s+INTO|CREATE\s+TABLE|DROP\s+TABLE)\b", re.IGNORECASE)


def read(file: SourceFile, options: ImportOptions, index: DiskIndex) -> Iterator[Found]:
    """Yield the comments of the dump's only comments table, or of `options.table`.

    Raises OptionsError if the dump holds several blogs and `options.table` picks none of them.
    """
    tables = _survey(file, index)
    table = _comments_table(file, tables, options)
    posts = table.removesuffix("comments") + "posts"
    dump = SqlDump(file)
    for insert in dump.statements():
        if isinstance(insert, Insert) and insert.table == table:
            for row in _rows(dump, insert.columns or tables[table]):
                post = index.post(f"{posts}:{row.get('comment_post_ID')}")
                yield wordpress_comment(row.get, post, options)


def _survey(file: SourceFile, index: DiskIndex) -> Mapping[str, Columns]:
    """Keep the dump's posts; return the comments tables that have rows, each with its columns."""
    created: dict[str, Columns] = {}
    found: dict[str, Columns] = {}
    dump = SqlDump(file)
    for statement in dump.statements():
        if isinstance(statement, Table):
            created[statement.name] = statement.columns
        elif statement.table.endswith("posts"):
            columns = statement.columns or created.get(statement.table, _POST_COLUMNS)
            _keep_posts(dump, statement.table, columns, index)
        elif statement.table.endswith("comments"):
            columns = statement.columns or created.get(statement.table, _COMMENT_COLUMNS)
            if "comment_approved" in columns:
                found[statement.table] = columns
    _require_end(file, dump)
    return found


def _keep_posts(dump: SqlDump, table: str, columns: Columns, index: DiskIndex) -> None:
    if "post_title" not in columns:
        return
    for row in _rows(dump, columns):
        if row.get("post_type") not in _NOT_POSTS:
            index.keep_post(f"{table}:{row.get('ID')}", _post(row))


def _post(row: Row) -> SourcePost:
    return wordpress_post(
        row.get("post_title"),
        row.get("post_excerpt") or row.get("post_content"),
        row.get("post_author"),
    )


def _rows(dump: SqlDump, columns: Columns) -> Iterator[Row]:
    for values in dump.rows():
        if len(values) != len(columns):
            problem = f"a row of {len(values)} values for {len(columns)} columns; dump it again."
            raise dump.file.damaged(dump.place(), problem)
        yield {
            name: None if value is None else value.decode("utf-8", "replace")
            for name, value in zip(columns, values, strict=True)
        }


def _require_end(file: SourceFile, dump: SqlDump) -> None:
    """Refuse a dump that was cut between two statements: mysqldump says where it is complete."""
    beginning = file.beginning(1_024)
    if any(head in beginning for head in _DUMP_HEADS) and not dump.ends_as_complete():
        problem = "the dump stops before its last line, '-- Dump completed'; make it again."
        raise file.damaged(dump.place(), problem)


def _comments_table(file: SourceFile, tables: Mapping[str, Columns], options: ImportOptions) -> str:
    names = ", ".join(sorted(tables)) or "none"
    if options.table is not None:
        if options.table not in tables:
            problem = f"no table '{options.table}' with comments; there is: {names}."
            raise OptionsError(f"{file.path}: {problem}")
        return options.table
    if len(tables) != 1:
        problem = f"needs one comments table with rows and has: {names}."
        advice = "Import each blog on its own, with --table and its own --source."
        raise OptionsError(f"{file.path}: {problem} {advice if tables else ''}".rstrip())
    return next(iter(tables))


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins like a dump."""
    return bool(_BEGINNING.match(beginning) and _STATEMENT.search(beginning))


FORMAT = SourceFormat(
    name="wordpress-sql",
    title="WordPress database dump (mysqldump)",
    recognises=recognises,
    read=read,
    passes=2,
)
