"""Starts Winnow and the example blog side by side, with a data folder that ends with them.

python integrations/example-blog/demo.py [--port 8080] [--blog-port 8090]
"""

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

HERE = Path(__file__).resolve().parent
WINNOW = [sys.executable, "-m", "service"]


def main() -> None:
    """Run until Ctrl-C."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--blog-port", type=int, default=8090)
    given = options.parse_args()
    ports = _free(given.port), _free(given.blog_port)
    winnow, blog = (f"http://127.0.0.1:{port}" for port in ports)
    children: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory(prefix="winnow-demo-") as folder:
        key = f"wk_{secrets.token_urlsafe(32)}"
        settings = {
            "WINNOW_DATA_DIR": folder,
            "WINNOW_PORT": str(ports[0]),
            "WINNOW_API_KEY": key,
            "WINNOW_PRIVATE_RECEIVERS": "127.0.0.0/8",
            "WINNOW_LOG_LEVEL": "warning",
        }
        environ = {**os.environ, **settings}
        try:
            children.append(_start([*WINNOW, "serve"], environ))
            _wait_for(f"{winnow}/readyz", children)
            told = {
                "BLOG_WINNOW": winnow,
                "BLOG_KEY": key,
                "BLOG_SECRET": _webhook(f"{blog}/hooks/winnow", environ),
                "BLOG_DATABASE": f"{folder}/blog.db",
            }
            serve = ["-m", "uvicorn", "blog:app", "--app-dir", str(HERE), "--log-level", "warning"]
            port = ["--port", str(ports[1])]
            children.append(_start([sys.executable, *serve, *port], {**os.environ, **told}))
            _wait_for(blog, children)
            print(
                f"\nBlog         {blog}\nReview desk  {winnow}/review (the link above lets you in)"
                "\nCtrl-C ends both; nothing is kept.",
                flush=True,
            )
            children[0].wait()
        except KeyboardInterrupt:
            print()
        finally:
            for child in reversed(children):
                child.terminate()
                child.wait()


def _free(port: int) -> int:
    """Return this port, or another where somebody has it, such as your own Winnow."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free


def _start(command: list[str], environ: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=environ, cwd=HERE.parent.parent)


def _webhook(url: str, environ: dict[str, str]) -> str:
    command = [*WINNOW, "webhooks", "add", "default", url, "--json"]
    done = subprocess.run(
        command, env=environ, cwd=HERE.parent.parent, stdout=subprocess.PIPE, check=True
    )
    secret: str = json.loads(done.stdout)[0]["secret"]
    return secret


def _wait_for(url: str, children: "list[subprocess.Popen[bytes]]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            raise SystemExit(f"{url} did not start; see above")
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


if __name__ == "__main__":
    main()
