import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from models.corpus import read_corpus
from tests.training.importers.conftest import SAMPLES
from training.importers.command import import_command


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.jsonl.gz"


def invoke(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("import")(import_command)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_import_writes_a_corpus_and_a_table(corpus: Path) -> None:
    done = invoke(SAMPLES / "wordpress.xml", "--source", "bread", "--out", corpus)
    assert done.exit_code == 0, done.output
    assert "5 comments of bread" in done.stdout
    assert "pingback or trackback: 106" in done.stdout
    assert len(list(read_corpus(corpus))) == 5


def test_json_is_the_only_output(corpus: Path) -> None:
    done = invoke(SAMPLES / "wordpress.sql", "--source", "bread", "--out", corpus, "--json")
    told = json.loads(done.stdout)
    assert (told["format"], told["rows"], told["spam"]) == ("wordpress-sql", 5, 1)
    assert told["skipped"]["pingback"]["count"] == 1


def test_csv_columns_and_labels(corpus: Path) -> None:
    mapping = ["--column", "content=body", "--column", "label=is_spam"]
    meaning = ["--label", "yes=spam", "--label", "no=ham"]
    done = invoke(
        SAMPLES / "comments.csv", "--format", "csv", "--source", "bread", "--out", corpus,
        *mapping, *meaning, "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["spam"] == 1


def test_several_files_make_one_corpus(corpus: Path) -> None:
    files = [SAMPLES / "wordpress.xml", SAMPLES / "wordpress.xml"]
    done = invoke(*files, "--source", "bread", "--out", corpus, "--json")
    told = json.loads(done.stdout)
    assert (told["rows"], told["skipped"]["repeated"]["count"]) == (5, 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "mbox"], "no format 'mbox'"),
        (["--column", "content"], "'content' is not a pair"),
        (["--label", "1=junk"], "the labels are spam, ham, unknown"),
        (["--table", "x", "--format", "wordpress-sql"], "Nothing was imported"),
    ],
)
def test_what_cannot_be_done_exits_1_and_says_why(
    arguments: list[str], message: str, corpus: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.write_text("INSERT INTO wp_comments VALUES (1,")
    done = invoke(source, "--source", "bread", "--out", corpus, *arguments)
    assert done.exit_code == 1
    assert message in " ".join(done.stderr.split())
    assert not corpus.exists()


def test_help_shows_an_example() -> None:
    assert "winnow-train import" in " ".join(invoke("--help").stdout.split())
