"""Every format we read, and how to tell which one a file is."""

from pathlib import Path

from training.importers import (
    csv_file,
    disqus,
    isso,
    json_lines,
    remark42,
    wordpress_rest,
    wordpress_sql,
    wordpress_wxr,
)
from training.importers.errors import UnknownFormatError
from training.importers.source_file import SourceFile
from training.importers.source_format import SourceFormat

_ALL: tuple[SourceFormat, ...] = (
    wordpress_wxr.FORMAT,
    wordpress_rest.FORMAT,
    wordpress_sql.FORMAT,
    disqus.FORMAT,
    isso.FORMAT,
    remark42.FORMAT,
    csv_file.FORMAT,
    json_lines.FORMAT,
)
FORMATS = {format_.name: format_ for format_ in _ALL}


def find_format(path: Path, name: str | None = None) -> SourceFormat:
    """Return the format of a name, or without one the format that the file's beginning shows.

    Raises UnknownFormatError if there is no such name, or if none or several formats fit.
    """
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise UnknownFormatError(path, f"there is no format '{name}'; we read {known}.")
        return FORMATS[name]
    beginning = SourceFile(path).beginning()
    fitting = [format_ for format_ in FORMATS.values() if format_.recognises(beginning)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise UnknownFormatError(path, f"looks like none of the formats we read ({known}).")
    names = " and ".join(format_.name for format_ in fitting)
    raise UnknownFormatError(path, f"could be {names}.")
