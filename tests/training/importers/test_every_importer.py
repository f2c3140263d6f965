"""What holds for every importer alike."""

import gzip
import json
import random
import tracemalloc
from pathlib import Path

import pytest

from models.comment import Label
from models.corpus import read_corpus
from tests.training.importers.conftest import Import, Sample
from tests.training.importers.generated import WRITERS, ordinary_comments
from training.importers.errors import DamagedSourceError, ImporterError, OptionsError
from training.importers.importing import ImportRequest, import_comments
from training.importers.registry import FORMATS

EVERY_FORMAT = pytest.mark.parametrize("name", sorted(FORMATS))
NASTY = [
    "mixed \u202egnicirp\u202c and \u2066isolated\u2069, zero\u200bwidth, \ufeffmark",
    "quotes ' \" ` and \\ back\\\\slashes \\' and '' and \"\"",
    "'); DROP TABLE `wp_comments`; INSERT INTO `wp_comments` VALUES (1,'x'); -- x",
    "]]> &amp; &lt;b&gt; <b>bold</b> <!-- comment --> &#0; <![CDATA[",
    "lines\nand\nmore, with;semicolons\tand tabs",
    "🥖 ɓřəåđ हिन्दी 中文 عربى",
    "long " + "x'\"\\,;<" * 150_000,
]


def request(sample: Sample, corpus: Path) -> ImportRequest:
    return ImportRequest([sample.path], FORMATS[sample.format], "bread", corpus, sample.options)


def test_sample_gives_its_labels(sample: Sample, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl.gz"
    result = import_comments(request(sample, corpus))
    assert (result.spam, result.ham, result.unknown) == sample.labels
    rows = list(read_corpus(corpus))
    assert len(rows) == result.rows == len({row.id for row in rows})
    assert {row.source for row in rows} == {"bread"}
    assert all(row.label_source for row in rows)
    assert sum(row.label is Label.SPAM for row in rows) == result.spam


def test_second_run_gives_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl.gz", tmp_path / "second.jsonl.gz"
    assert import_comments(request(sample, first)).rows > 0
    import_comments(request(sample, second))
    assert first.read_bytes() == second.read_bytes()


def test_the_same_file_given_twice_doubles_nothing(sample: Sample, tmp_path: Path) -> None:
    once = import_comments(request(sample, tmp_path / "once.jsonl"))
    twice = ImportRequest(
        [sample.path, sample.path],
        FORMATS[sample.format],
        "bread",
        tmp_path / "twice.jsonl",
        sample.options,
    )
    assert import_comments(twice).rows == once.rows
    assert (tmp_path / "twice.jsonl").read_bytes() == (tmp_path / "once.jsonl").read_bytes()


def test_another_source_gives_other_ids(sample: Sample, tmp_path: Path) -> None:
    ids = []
    for source in ("bread", "cakes"):
        corpus = tmp_path / f"{source}.jsonl"
        import_comments(
            ImportRequest([sample.path], FORMATS[sample.format], source, corpus, sample.options)
        )
        ids.append({row.id for row in read_corpus(corpus)})
    assert not ids[0] & ids[1]


def test_no_email_or_address_in_the_corpus(sample: Sample, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    import_comments(request(sample, corpus))
    text = corpus.read_text()
    for trace in ("reader.example", "win@", "203.0.113", "198.51.100", "8f3bd0c2"):
        assert trace not in text


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"isso"}))
def test_gzipped_source_reads_alike(name: str, tmp_path: Path) -> None:
    """Isso's is the exception: SQLite reads its own file."""
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    WRITERS[name](plain, NASTY)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    corpora = [tmp_path / "plain.jsonl", tmp_path / "packed.jsonl"]
    for path, corpus in zip((plain, packed), corpora, strict=True):
        import_comments(ImportRequest([path], FORMATS[name], "bread", corpus))
    assert corpora[0].read_bytes() == corpora[1].read_bytes()


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"isso"}))
def test_gzipped_source_cut_short_is_refused(name: str, tmp_path: Path) -> None:
    packed, corpus = tmp_path / "packed", tmp_path / "corpus.jsonl"
    WRITERS[name](tmp_path / "plain", NASTY)
    packed.write_bytes(gzip.compress((tmp_path / "plain").read_bytes())[:-9])
    with pytest.raises(DamagedSourceError, match="the compressed file breaks off"):
        import_comments(ImportRequest([packed], FORMATS[name], "bread", corpus))
    assert not corpus.exists()


def test_file_cut_short_is_refused_with_its_place(sample: Sample, tmp_path: Path) -> None:
    whole = sample.path.read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: len(whole) // 2])
    corpus = tmp_path / "corpus.jsonl.gz"
    corpus.write_bytes(b"what was there before")
    damaged = ImportRequest([cut], FORMATS[sample.format], "bread", corpus, sample.options)
    with pytest.raises(DamagedSourceError) as raised:
        import_comments(damaged)
    message = str(raised.value)
    assert message.startswith(f"{cut}, ")
    assert message.endswith("Nothing was imported.")
    assert any(place in raised.value.where for place in ("line ", "page ", "beginning"))
    assert corpus.read_bytes() == b"what was there before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.jsonl.gz", "cut"]


def damaged_copy(whole: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to five places overwritten, cut out, doubled or filled in."""
    copy = bytearray(whole)
    for _ in range(chance.choice((1, 1, 5))):
        at = chance.randrange(len(copy))
        upto = at + chance.randrange(1, 100)
        hostile = bytes(chance.choices(b"\"'<>&{}[](),;\\\0\xff", k=3))
        copy[at:upto] = chance.choice((hostile, b"", copy[at:upto] * 2))
    return bytes(copy)


def test_any_damage_ends_in_a_corpus_or_a_clear_fault(sample: Sample, tmp_path: Path) -> None:
    whole, chance = sample.path.read_bytes(), random.Random(5)  # repeatable
    source, corpus = tmp_path / "source", tmp_path / "corpus.jsonl"
    faults: list[str] = []
    for _ in range(60):
        source.write_bytes(damaged_copy(whole, chance))
        request_ = ImportRequest([source], FORMATS[sample.format], "bread", corpus, sample.options)
        try:
            import_comments(request_)
        except ImporterError as error:
            faults.append(str(error))
        else:
            corpus.unlink()
        assert list(tmp_path.iterdir()) == [source]
    assert len(faults) > 20
    assert all(str(source) in fault or "--column" in fault for fault in faults)


@EVERY_FORMAT
def test_nasty_text_comes_through_as_stored(name: str, tmp_path: Path, run: Import) -> None:
    path = tmp_path / "nasty"
    WRITERS[name](path, NASTY)
    contents = [row.content for row in run(name, path).rows]
    assert contents == NASTY


@EVERY_FORMAT
def test_nul_and_lone_surrogates_never_reach_the_corpus(
    name: str, tmp_path: Path, run: Import
) -> None:
    nasty = ["before\0after"]
    if name in {"wordpress-rest", "remark42", "jsonl", "wordpress-sql"}:
        nasty.append("half \ud83e pair")  # the other formats cannot hold one
    path = tmp_path / "nasty"
    WRITERS[name](path, nasty)
    contents = [row.content for row in run(name, path).rows]
    assert [text[:4] for text in contents] == [text[:4] for text in nasty]
    for text in contents:
        assert "\0" not in text
        assert text == text.encode("utf-8", "replace").decode()


@EVERY_FORMAT
def test_memory_does_not_grow_with_rows(name: str, tmp_path: Path) -> None:
    """12 MB of comments, read in 1.7 MB; holding on to a third of them would go over the bound."""
    path = tmp_path / "large"
    WRITERS[name](path, ordinary_comments(1_500, length=8_000))
    heard: list[tuple[int, int]] = []
    large = ImportRequest([path], FORMATS[name], "bread", tmp_path / "corpus.jsonl")
    tracemalloc.start()
    try:
        result = import_comments(large, lambda done, total: heard.append((done, total)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert result.rows == 1_500
    assert peak < 4_000_000
    assert heard[-1][0] == heard[-1][1] == path.stat().st_size * FORMATS[name].passes
    assert heard == sorted(heard)


@EVERY_FORMAT
def test_empty_source_gives_an_empty_corpus_or_says_what_is_missing(
    name: str, tmp_path: Path, run: Import
) -> None:
    path = tmp_path / "none"
    WRITERS[name](path, [])
    if name == "wordpress-sql":
        with pytest.raises((OptionsError, DamagedSourceError), match="none"):
            run(name, path)
    elif name == "wordpress-rest":
        path.write_text("[]")
        assert run(name, path).rows == []
    else:
        assert run(name, path).rows == []


def test_result_for_machines_is_json(sample: Sample, tmp_path: Path) -> None:
    result = import_comments(request(sample, tmp_path / "corpus.jsonl"))
    told = json.loads(json.dumps(result.as_json()))
    assert (told["spam"], told["ham"], told["unknown"]) == sample.labels
    assert told["rows"] == sum(sample.labels)


def test_input_is_never_overwritten(sample: Sample, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(sample.path.read_bytes())
    with pytest.raises(OptionsError, match="another name"):
        import_comments(ImportRequest([copy], FORMATS[sample.format], "bread", copy))
    assert copy.read_bytes() == sample.path.read_bytes()
