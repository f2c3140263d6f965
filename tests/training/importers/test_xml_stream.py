from pathlib import Path

import pytest

from training.importers.errors import DamagedSourceError
from training.importers.source_file import SourceFile
from training.importers.xml_stream import read_records

WANTED = {"list/entry": frozenset({"@id", "text", "author/name", "page@id"})}


def texts(path: Path) -> list[dict[str, str]]:
    return [record.fields for record in read_records(SourceFile(path), "list", WANTED)]


def write(path: Path, body: str, declarations: str = "") -> Path:
    path.write_text(f"{declarations}<list>{body}</list>", encoding="utf-8")
    return path


def test_wanted_fields_and_attributes_are_kept(tmp_path: Path) -> None:
    body = (
        '<entry id="1"><text>a<b>bold</b>c</text><author><name>Jo</name></author>'
        '<page id="9"/><other>x</other></entry><entry id="2"/>'
    )
    assert texts(write(tmp_path / "list.xml", body)) == [
        {"@id": "1", "text": "aboldc", "author/name": "Jo", "page@id": "9"},
        {"@id": "2"},
    ]


def test_entity_bomb_is_refused_at_its_declaration(tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">\n' for level in range(1, 10))
    doctype = f'<!DOCTYPE list [\n<!ENTITY l0 "ha">\n{laughs}]>\n'
    path = write(tmp_path / "bomb.xml", "<entry><text>&l9;</text></entry>", doctype)
    with pytest.raises(DamagedSourceError, match=r"line 2, byte \d+: declares the entity 'l0'"):
        texts(path)


def test_external_entity_is_refused_and_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the key")
    doctype = f'<!DOCTYPE list [<!ENTITY key SYSTEM "{secret.as_uri()}">]>'
    path = write(tmp_path / "external.xml", "<entry><text>&key;</text></entry>", doctype)
    with pytest.raises(DamagedSourceError, match="declares the entity 'key'"):
        texts(path)


def test_external_parameter_entity_is_refused(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE list [<!ENTITY % all SYSTEM "http://127.0.0.1:9/all.dtd"> %all;]>'
    path = write(tmp_path / "parameter.xml", "<entry/>", doctype)
    with pytest.raises(DamagedSourceError, match="declares the entity 'all'"):
        texts(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "deep.xml", "<a>" * 100_000)
    with pytest.raises(DamagedSourceError, match="nested more than 64 deep"):
        texts(path)


@pytest.mark.parametrize("token", ["<!-- {} -->", "<a b='{}'/>", "<{}/>"])
def test_tag_of_megabytes_is_refused(token: str, tmp_path: Path) -> None:
    path = write(tmp_path / "long.xml", token.format("x" * 9_000_000))
    with pytest.raises(DamagedSourceError, match="a tag or XML comment of more than 4 MiB"):
        texts(path)


def test_text_of_megabytes_is_read(tmp_path: Path) -> None:
    text = "x" * 9_000_000
    path = write(tmp_path / "text.xml", f"<entry><text><![CDATA[{text}]]>{text}</text></entry>")
    assert texts(path) == [{"text": text * 2}]


def test_utf16_export_reads(tmp_path: Path) -> None:
    path = tmp_path / "utf16.xml"
    text = '<?xml version="1.0" encoding="utf-16"?><list><entry><text>brød</text></entry></list>'
    path.write_bytes(text.encode("utf-16"))
    assert texts(path) == [{"text": "brød"}]


def test_unknown_encoding_is_damage(tmp_path: Path) -> None:
    path = write(tmp_path / "odd.xml", "", '<?xml version="1.0" encoding="no-such"?>')
    with pytest.raises(DamagedSourceError, match="not well-formed XML"):
        texts(path)
