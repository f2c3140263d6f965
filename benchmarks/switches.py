"""Switches between two bundles under load: no request may fail, every answer must be its bundle's.

Run with `python -m benchmarks.switches [switches]`. Prints the same load without switches first.
"""

import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np

from benchmarks.contenders import ROOT
from models.bundle import save_bundle
from models.comment import Comment
from models.scorer import Scorer
from service.house import House
from service.logs import configure_logs
from service.loop.bundles import Switch
from service.settings import Settings
from tests.service.conftest import open_house
from tests.service.other_bundle import other_bundle
from tests.service.running import KEY, running
from tests.service.tiny_bundle import UNSURE, tiny_bundle

CLIENTS = 4
CLIENT = "--client"
Answered = tuple[str, str, float, float]


def main(switches: int) -> None:
    """Measure quiet, then switching, and check every answer."""
    configure_logs("error")
    first, other = tiny_bundle(), other_bundle()
    with tempfile.TemporaryDirectory() as name:
        save_bundle(first, Path(name) / "bundle")
        house = open_house(_settings(Path(name)))
        house.bundles.add(other, "benchmark", "added")
        versions = [other.version, first.version]
        with running(house) as client:
            _report("quiet", _load(client, lambda: time.sleep(10)))
            before = _memory()
            answers = _load(client, lambda: _switch(house, versions, switches))
            _report(f"{switches} switches", answers)
            print(f"memory: {_memory() - before:+.1f} MB at most")
    scorers = {bundle.version: Scorer(bundle) for bundle in (first, other)}
    wrong = sum(
        abs(float(scorers[version].score([Comment(text)])[0]) - score) > 1e-9
        for text, version, score, _ in answers
    )
    print(f"answers that their bundle does not give: {wrong} of {len(answers)}")


def _settings(folder: Path) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": folder / "data",
            "bundle_dir": folder / "bundle",
            "api_key": KEY,
            "port": 0,
            "log_level": "error",
            "key_rate": 1000,
            "key_burst": 1000,
        }
    )


def _load(client: httpx.Client, meanwhile: Callable[[], None]) -> list[Answered]:
    """Load the service from a process of its own, which does not wait for the service's threads."""
    program = [sys.executable, "-m", "benchmarks.switches", CLIENT, str(client.base_url)]
    asking = subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    if asking.stdout is None or not asking.stdout.readline():
        raise SystemExit("the load did not begin; why stands above")
    meanwhile()
    found = json.loads(asking.communicate()[0] or "null")
    if found is None:
        raise SystemExit("the load ended with a fault; it stands above")
    print(f"refused as overloaded (503): {found['refused']}")
    return [tuple(answer) for answer in found["answers"]]


def ask_until_told(url: str) -> None:
    """Ask with several clients until standard input ends, then write all answers as JSON."""
    done, refused = threading.Event(), []
    headers = {"Authorization": f"Bearer {KEY}"}

    def ask(worker: int) -> list[Answered]:
        found: list[Answered] = []
        with httpx.Client(base_url=url, headers=headers, timeout=20) as client:
            while not done.is_set():
                text = f"{UNSURE} {worker} {len(found)} {time.time()}"
                begin = time.perf_counter()
                answer = client.post("/v1/comments", json={"content": text})
                seconds = time.perf_counter() - begin
                if answer.status_code == 503:
                    refused.append(worker)  # the machine is busy with others
                    continue
                if answer.status_code != 201:
                    raise SystemExit(f"failed: {answer.text}")
                body = answer.json()
                found.append((text, body["bundle"], body["score"], seconds))
        return found

    with ThreadPoolExecutor(CLIENTS) as pool:
        work = [pool.submit(ask, worker) for worker in range(CLIENTS)]
        print("asking", flush=True)
        sys.stdin.read()
        done.set()
        answers = [answer for one in work for answer in one.result()]
    json.dump({"refused": len(refused), "answers": answers}, sys.stdout)


def _switch(house: House, versions: list[str], switches: int) -> None:
    for number in range(switches):
        version = versions[number % 2]
        house.bundles.activate(Switch(version, "benchmark", "measured"))
        house.incumbent.look()
        if house.incumbent.version != version:
            raise SystemExit(f"did not switch: {house.incumbent.fault}")


def _report(name: str, answers: list[Answered]) -> None:
    seconds = np.array([answer[3] for answer in answers]) * 1000
    p50, p99 = np.percentile(seconds, [50, 99])
    print(f"{name}: {len(answers):,} answers, p50 {p50:.1f} ms, p99 {p99:.1f} ms, 0 failed")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == [CLIENT]:
        ask_until_told(sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
