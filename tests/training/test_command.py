"""The real command on a tiny corpus: fit, judge, requests, and everything that may go wrong."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from models.bundle import Bundle, load_bundle
from models.calibration import IDENTITY
from models.corpus import read_corpus
from models.features import FITTED
from models.scorer import Scorer
from tests.training import tiny_corpus
from training.attacks.suite import ATTACKS
from training.augment import augment
from training.cli import app
from training.corrections import read_corrections
from training.fit import fit_classifier
from training.gather import gather
from training.matrix import fitted_matrix
from training.reference_set import hold_back
from training.weigh import Weighing, sample_weights


@dataclass(frozen=True)
class Fitted:
    """A bundle folder that the command made, and the corpora that it made it from."""

    corpora: list[Path]
    folder: Path
    answer: dict[str, object]

    @property
    def corpus_options(self) -> list[str]:
        return [part for path in self.corpora for part in ("--corpus", str(path))]

    @property
    def recipe_options(self) -> list[str]:
        """The corpora alone, without the comments that we invented: a tiny blog would drown in them."""
        return [*self.corpus_options, "--no-invented"]


def _train(*arguments: str) -> str:
    """Run a command in this process, where scikit-learn is loaded already; return its output."""
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def _run(*arguments: str, fails: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the installed command as a person would."""
    command = [sys.executable, "-c", "from training.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert (done.returncode != 0) == fails, done.stderr
    return done


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    folder = tmp_path_factory.mktemp("training")
    corpora = tiny_corpus.write(folder)
    options = [part for path in corpora for part in ("--corpus", str(path))]
    out = folder / "bundle"
    done = _run("fit", *options, "--no-invented", "--out", str(out), "--json")
    return Fitted(corpora, out, json.loads(done.stdout))


def test_fit_tells_spam_from_ham(fitted: Fitted) -> None:
    scorer = Scorer(load_bundle(fitted.folder))
    rows = tiny_corpus.rows()
    scores = scorer.score([row.comment() for row in rows])
    spam = np.array([row.label == "spam" for row in rows])
    assert scores[spam].min() > scores[~spam].max()


def test_scorer_agrees_with_scikit_learn(fitted: Fitted) -> None:
    examples = augment(gather(fitted.corpora, read_corrections()).examples, [])
    matrix = fitted_matrix(examples.comments)
    train = examples.fits & ~hold_back(examples).rows
    weights = sample_weights(examples, train, Weighing())
    classifier = fit_classifier(matrix, examples.is_spam, weights)
    classifier.coef_ = classifier.coef_.astype(np.float16).astype(np.float64)  # as shipped
    theirs = classifier.predict_proba(matrix.astype(np.float64))[:, 1]
    ours = Scorer(replace_calibration(load_bundle(fitted.folder))).score(examples.comments)
    assert np.abs(ours - theirs).max() < 1e-6


def replace_calibration(bundle: Bundle) -> Bundle:
    """Return the bundle with plain logits, as scikit-learn gives them."""
    return replace(bundle, manifest=replace(bundle.manifest, calibration=IDENTITY))


def test_the_manifest_tells_the_story(fitted: Fitted) -> None:
    manifest = load_bundle(fitted.folder).manifest
    assert [corpus.name for corpus in manifest.corpora] == sorted(tiny_corpus.SOURCES)
    assert all((corpus.spam, corpus.ham) == (12, 20) for corpus in manifest.corpora)
    assert set(manifest.libraries) >= {"numpy", "scikit-learn"}
    assert 0 < manifest.metrics["out_of_source"]["ham"] <= 120  # near-duplicates count once
    assert manifest.metrics["languages"]["en"]["spam"] > 0


def test_thin_evidence_certifies_no_reject(fitted: Fitted) -> None:
    table = load_bundle(fitted.folder).manifest.thresholds
    assert all(found.threshold is None for found in table.max_ham_rejected if found.limit <= 0.02)


def test_fit_never_overwrites(fitted: Fitted) -> None:
    before = (fitted.folder / "manifest.json").read_bytes()
    done = _run("fit", *fitted.corpus_options, "--out", str(fitted.folder), fails=True)
    assert "never overwritten" in done.stderr
    assert "Traceback" not in done.stderr
    assert (fitted.folder / "manifest.json").read_bytes() == before


def test_the_same_corpora_give_the_same_weights(fitted: Fitted, tmp_path: Path) -> None:
    again = tmp_path / "again"
    _train("fit", *fitted.recipe_options, "--out", str(again), "--jobs", "1")
    first, second = load_bundle(fitted.folder), load_bundle(again)
    assert np.array_equal(first.weights, second.weights)
    assert first.manifest.calibration == second.manifest.calibration


def test_evaluate_a_bundle(fitted: Fitted) -> None:
    out = _train("evaluate", "--bundle", str(fitted.folder), *fitted.corpus_options, "--json")
    found = json.loads(out)
    assert found["mean_roc_auc"] == 1.0
    assert len(found["sources"]) == 6
    assert found["pooled"]["corrected"]["spam"] == 72


def test_evaluate_with_sources_left_out(fitted: Fitted, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    out = _train(
        "evaluate",
        "--leave-one-source-out",
        *fitted.recipe_options,
        *("--sources", "bread-blog,code-blog", "--jobs", "1", "--report", str(report)),
    )
    assert "Ranking" in out
    assert "Decisions" in out
    page = report.read_text()
    assert page.count("<svg") == 4
    assert "http://" not in page.replace("http://www.w3.org", "").replace(
        "http://purl.org", ""
    ).replace("http://creativecommons.org", "")


def test_evaluate_under_attack(fitted: Fitted, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    options = ("--bundle", str(fitted.folder), *fitted.corpus_options, "--attacks")
    out = _train("evaluate", *options, "--report", str(report), "--json")
    trials = json.loads(out)["attacks"]
    assert len(trials) == len(ATTACKS)
    assert all(0 <= trial["caught"]["after"] <= trial["caught"]["before"] == 1 for trial in trials)
    assert all(trial["ham_lost"]["before"] == 0 for trial in trials)
    assert "150 good words" in report.read_text()
    assert "150 good words" in _train("evaluate", *options)


def test_ablate_tells_what_each_group_is_worth(fitted: Fitted, tmp_path: Path) -> None:
    report = tmp_path / "ablation.html"
    options = ("--sources", "bread-blog,code-blog", "--every", "2", "--report", str(report))
    found = json.loads(_train("ablate", *fitted.recipe_options, *options, "--jobs", "1", "--json"))
    assert [row["group"] for row in found] == ["nothing", *FITTED]
    assert found[0]["auc_cost"] == 0
    assert all(row["auc"] == pytest.approx(found[0]["auc"] - row["auc_cost"]) for row in found)
    page = report.read_text()
    assert "one example in 2" in page
    assert all(f"<td>{group}</td>" in page for group in FITTED)


def test_evaluate_wants_one_kind_or_the_other(fitted: Fitted) -> None:
    with pytest.raises(ValueError, match="--leave-one-source-out"):
        _train("evaluate", *fitted.corpus_options)


def test_requests_have_the_shape_of_the_api(fitted: Fitted) -> None:
    out = _train("requests", str(fitted.corpora[0]))
    lines = [json.loads(line) for line in out.splitlines()]
    rows = list(read_corpus(fitted.corpora[0]))
    assert [line["content"] for line in lines] == [row.content for row in rows]
    assert lines[0]["author"]["name"] == rows[0].author_name
    assert lines[0]["post"] == {"title": rows[0].post_title}
    assert all(set(line) <= {"content", "external_id", "author", "post"} for line in lines)


def test_suspects_show_neither_label_nor_score(fitted: Fitted) -> None:
    out = _train("suspects", *fitted.recipe_options, "--count", "5", "--jobs", "1")
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) == 10
    assert set(lines[0]) == {"id", "author_name", "author_url", "post_title", "content"}


def test_a_broken_corpus_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text("no json\n")
    done = _run("fit", "--corpus", str(path), "--out", str(tmp_path / "out"), fails=True)
    assert "line 1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["fit", "evaluate", "requests", "suspects", "ablate"])
def test_help_has_an_example(command: str) -> None:
    assert f"winnow-train {command}" in _train(command, "--help")
