"""Rspamd beside us: one worker, its trained Bayes and nothing else, on ports and a Redis of its own.

Without the rules, DNS lists and modules of a mail server: what is left is what a comment could use,
and the quickest Rspamd there is. It keeps nothing of what it answers.
"""

import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import httpx

from benchmarks.contenders import Contender, free_port
from benchmarks.words import lua_script, text

NEEDED: Final = ("rspamd", "redis-server")
# Its Bayes is silent below 200 messages of a kind.
LEARNT: Final = 250
START_SECONDS: Final = 120
# Nobody listens on the discard port, so nothing is asked of a name server.
CONFIG: Final = """
options {{
  pidfile = "{folder}/pid"; cache_file = "{folder}/cache"; history_file = "{folder}/history";
  hs_cache_dir = "{folder}/"; tempdir = "{folder}"; stats_file = "{folder}/stats";
  rrd = "{folder}/rrd"; dynamic_conf = "{folder}/dynamic"; filters = "chartable,regexp";
  control_socket = "{folder}/socket mode=0600"; url_tld = "${{SHAREDIR}}/effective_tld_names.dat";
  dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.01s; retransmits = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "error"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; }}
worker "controller" {{
  bind_socket = "127.0.0.1:{controller}"; count = 1; secure_ip = ["127.0.0.1"];
}}
classifier "bayes" {{
  tokenizer {{ name = "osb"; }}
  backend = "redis"; servers = "127.0.0.1:{redis}"; new_schema = true;
  min_tokens = 11; min_learns = 200;
  statfile {{ symbol = "BAYES_HAM"; spam = false; }}
  statfile {{ symbol = "BAYES_SPAM"; spam = true; }}
}}
"""


def missing() -> str:
    """Return what would have to be installed first; empty when all is there."""
    return " and ".join(name for name in NEEDED if shutil.which(name) is None)


@contextmanager
def rspamd(folder: Path) -> Iterator[Contender]:
    """Run a trained Rspamd until the block ends; all that it writes is in the folder."""
    folder.mkdir()
    port, controller, redis = free_port(), free_port(), free_port()
    config, script = folder / "rspamd.conf", folder / "messages.lua"
    config.write_text(CONFIG.format(folder=folder, port=port, controller=controller, redis=redis))
    lua_script("messages.lua", {}, script)
    store = ["redis-server", "--port", str(redis), "--bind", "127.0.0.1"]
    with ExitStack() as running:
        keeps = running.enter_context(
            _process([*store, "--save", "", "--dir", str(folder)], folder)
        )
        scans = running.enter_context(
            _process(["rspamd", "--no-fork", "--insecure", "--config", str(config)], folder)
        )
        _train(f"http://127.0.0.1:{controller}", scans)
        _wait_trained(f"http://127.0.0.1:{port}/checkv2")
        yield Contender("rspamd", port, (keeps.pid, scans.pid, *_children(scans.pid)), script)


def _train(address: str, process: subprocess.Popen[bytes]) -> None:
    source = random.Random(1)
    until = time.monotonic() + START_SECONDS
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        while _is_silent(client):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError("Rspamd did not start")
            time.sleep(0.1)
        for number in range(LEARNT):
            for path, sells in (("/learnham", False), ("/learnspam", True)):
                learnt = client.post(path, content=_message(number, text(source, sells)))
                learnt.raise_for_status()


def _wait_trained(address: str) -> None:
    """Wait until its Bayes has an opinion."""
    until = time.monotonic() + START_SECONDS
    message = _message(0, text(random.Random(2), sells=True))
    while "BAYES_SPAM" not in httpx.post(address, content=message, trust_env=False).text:
        if time.monotonic() > until:
            raise RuntimeError("Rspamd's Bayes says nothing, though it was trained")
        time.sleep(0.5)


def _is_silent(client: httpx.Client) -> bool:
    try:
        return client.get("/ping").status_code != 200
    except httpx.TransportError:
        return True


def _message(number: int, said: str) -> bytes:
    head = (
        f"From: Reader <reader{number}@example.org>\r\nTo: blog@example.org\r\n"
        f"Subject: How the harbour was rebuilt\r\nMessage-ID: <{number}@example.org>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return f"{head}{said}\r\n".encode()


def _children(pid: int) -> tuple[int, ...]:
    return tuple(
        int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    )


@contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / "output").open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
