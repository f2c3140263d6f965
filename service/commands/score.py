"""`winnow score`: comments from a file or a pipe, one answer a line, no server and no store."""

import json
import math
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from models.bundle import BundleError, load_bundle
from models.comment import Comment
from models.evidence import Explanation
from models.scorer import Scorer
from service.deciding.decision import Decision, Reason, evidence_fields, reason_fields
from service.deciding.familiarity import unfamiliar_language
from service.deciding.policy import Policy, decide
from service.deciding.records import Facts, Tally
from service.deciding.signals import signals_of
from service.edge.json_body import parse_json
from service.errors import Problem
from service.schemas import CommentIn, field_path
from service.settings import Settings

BATCH: Final = 256
NOTHING_KNOWN: Final = Facts(Tally(), Tally(), Tally(), None, distinctive=False)


def score(
    file: Annotated[
        str, typer.Argument(help="JSON Lines in the API's request shape; - reads a pipe.")
    ],
) -> None:
    """Score and decide each comment of a file with the default policy.

    A line that can't be read gets an answer with `error`, and the command ends with status 1.

    Example: `winnow score comments.jsonl > answers.jsonl`
    """
    settings = Settings.from_environ(os.environ)
    try:
        scorer = Scorer(load_bundle(settings.bundle_dir))
    except BundleError as fault:
        raise SystemExit(f"winnow: {fault}") from None
    failed = 0
    with _opened(file) as stream:
        lines = _with_progress(stream)
        while batch := list(islice(lines, BATCH)):
            for answer in _answers(batch, scorer):
                failed += "error" in answer
                typer.echo(json.dumps(answer))
    if failed:
        raise SystemExit(1)


def _opened(file: str) -> BinaryIO:
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as fault:
        raise SystemExit(f"winnow: can't read {file}: {fault.strerror}") from None


def _with_progress(stream: BinaryIO) -> Iterator[bytes]:
    """Pass lines on, drawing a bar on standard error when that is a terminal."""
    size = os.fstat(stream.fileno()).st_size or None
    columns = (
        TextColumn("{task.completed:>8} comments"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=size)
        for line in stream:
            yield line
            progress.advance(task, len(line))


def _answers(lines: Iterable[bytes], scorer: Scorer) -> Iterator[dict[str, Any]]:
    read = [_read(line) for line in lines if line.strip()]
    comments = [one for one in read if isinstance(one, Comment)]
    judged = scorer.judge(comments)
    scores = iter(judged.scores.tolist())
    explanations = iter(judged.explain(range(len(comments))))
    for one in read:
        if isinstance(one, Comment):
            yield _answer(one, next(scores), next(explanations), scorer)
        else:
            yield {"error": one}


def _read(line: bytes) -> Comment | str:
    try:
        return CommentIn.model_validate(parse_json(line)).comment()
    except Problem as fault:
        return fault.detail
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        return f"{field_path(first['loc'])}: {first['msg']}"


def _answer(
    comment: Comment, score: float, explanation: Explanation, scorer: Scorer
) -> dict[str, Any]:
    policy = Policy()
    thresholds = scorer.bundle.manifest.thresholds.at(
        policy.max_ham_rejected, policy.max_spam_approved
    )
    signals = signals_of(comment, NOTHING_KNOWN, policy)
    if score >= thresholds.reject_from:
        signals += unfamiliar_language(comment.content, scorer.bundle.manifest)
    ruling = decide(score, signals, policy, thresholds)
    shown = ruling.decision is not Decision.APPROVE
    findings = [Reason(one.code, one.sentence, "evidence") for one in explanation.findings]
    reasons = [*ruling.reasons, *(findings if shown else [])]
    return {
        "external_id": comment.external_id,
        "decision": ruling.decision.value,
        "score": score if math.isfinite(score) else None,
        "reasons": [reason_fields(reason) for reason in reasons],
        "evidence": [evidence_fields(one) for one in explanation.evidence] if shown else [],
        "bundle": scorer.bundle.version,
    }
