"""A blog with one post, to see Winnow from a blog's side: all it uses is the public API.

BLOG_WINNOW is the address, BLOG_KEY a key with the scope check, BLOG_SECRET that of the webhook,
BLOG_DATABASE a file. `make demo` sets them and starts both.
"""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment
from standardwebhooks import Webhook, WebhookVerificationError

WINNOW = os.environ["BLOG_WINNOW"]
FEED_SECONDS = 10
POST = {
    "url": "http://blog.example/sourdough",
    "title": "My sourdough did not rise, and what I changed",
    "excerpt": "Colder water, a longer rest, and a warmer corner of the kitchen.",
    "language": "en",
}
TOLD = {
    "shown": "Thank you! Your comment is published.",
    "waiting": "Thank you! Your comment waits for the author of this blog.",
    "hidden": "Your comment was not published.",
}
PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ post.title }} · Slow Crumb</title>
<link rel="icon" href="data:,">
<style>
 :root { --ink: #2b2622; --soft: #756b62; --line: #e6ddd2; --paper: #fdfbf7; --crust: #9a5b1f }
 * { box-sizing: border-box } a { color: var(--crust) }
 body { font: 18px/1.6 Georgia, "Liberation Serif", serif; color: var(--ink); background: var(--paper);
  margin: 0 }
 header, main, footer { max-width: 40rem; margin: 0 auto; padding: 0 1.2rem }
 header { padding-block: 1.6rem; display: flex; justify-content: space-between; align-items: baseline }
 header b { font-size: 1.25rem; letter-spacing: .02em } .note { color: var(--soft); font-size: .85rem }
 h1 { font-size: 2.1rem; line-height: 1.15; margin: 1rem 0 .3rem } h2 { font-size: 1.3rem;
  margin: 2.6rem 0 1rem }
 .comment { display: grid; grid-template-columns: 2.6rem 1fr; gap: .9rem; padding: 1rem 0;
  border-top: 1px solid var(--line) }
 .face { width: 2.6rem; height: 2.6rem; border-radius: 50%; display: grid; place-items: center;
  color: #fff; font-weight: bold }
 .comment p { margin: .2rem 0 0; overflow-wrap: anywhere; white-space: pre-line }
 .waiting .face { opacity: .45 } .waiting p { color: var(--soft) }
 .badge { background: #f6e7c1; color: #6a4a06; font-size: .75rem; padding: .1rem .6rem;
  border-radius: 1rem; margin-left: .4rem }
 form, .told { background: #fff; border: 1px solid var(--line); border-radius: .6rem; padding: 1.2rem }
 .told { background: #f4f0e6; margin: 1.4rem 0 }
 .two { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }
 label { display: block; font-size: .9rem; color: var(--soft); margin-bottom: .9rem }
 input, textarea { display: block; width: 100%; font: inherit; padding: .45rem .6rem; margin-top: .2rem;
  border: 1px solid #cfc4b6; border-radius: .35rem; background: #fff; color: inherit }
 button { font: inherit; background: var(--crust); color: #fff; border: 0; border-radius: .35rem;
  padding: .5rem 1.3rem; cursor: pointer }
 .trap { position: absolute; left: -999rem } footer { padding-block: 2.5rem }
 @media (max-width: 32rem) { .two { grid-template-columns: 1fr; gap: 0 } }
</style>
<header><b>Slow Crumb</b> <span class="note">bread, and other things that take time</span></header>
<main>
<h1>{{ post.title }}</h1>
<p class="note">14 March · 2 minutes</p>
<p>For three weekends my bread stayed as flat as a plate. The starter was fine: it doubled in a jar on
the window sill. The dough did not, and I blamed the flour.</p>
<p>It was the water. I had taken it warm, and the dough was ready long before the gluten was. Now I
mix with cold water, let it rest overnight by the oven, and shape it only in the morning.
Today's loaf has holes I could lose a walnut in.</p>
{% if told %}<p class="told" role="status">{{ told }}</p>{% endif %}
<section id="comments">
{% set count = visible | selectattr("state", "equalto", "shown") | list | length %}
<h2>{{ count }} comment{{ "" if count == 1 else "s" }}</h2>
{% for one in visible %}
<article id="comment-{{ one.id }}" class="comment {{ one.state }}">
 <span class="face" style="background: hsl({{ one.hue }} 42% 42%)" aria-hidden="true">
  {{- one.author[:1] | upper }}</span>
 <div><strong>{{ one.author }}</strong>
 {% if one.state == "waiting" %}<span class="badge">awaiting moderation</span>{% endif %}
 <p>{{ one.content }}</p></div>
</article>
{% endfor %}
</section>
<h2>Leave a reply</h2>
<form method="post" action="/comments">
 <div class="two">
 <label>Name <input name="author" maxlength="200"></label>
 <label>E-mail (not shown) <input name="email" type="email" maxlength="200"></label>
 </div>
 <label class="trap" aria-hidden="true">Leave this empty
  <input name="homepage" tabindex="-1" autocomplete="off"></label>
 <label>Comment <textarea name="content" rows="4" required maxlength="10000"></textarea></label>
 <input type="hidden" name="shown_at" value="{{ now }}">
 <button>Post comment</button>
</form>
</main>
<footer class="note">Comments are checked by Winnow. <a href="{{ desk }}">Review desk</a></footer>
<script>
// While a comment of yours waits, look every second what became of it.
const waits = () => document.querySelector(".comment.waiting");
const look = async () => {
  const page = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
  document.querySelector("#comments").replaceWith(page.querySelector("#comments"));
  if (waits()) setTimeout(look, 1000);
  else document.querySelector(".told")?.remove();
};
if (waits()) setTimeout(look, 1000);
</script>
""")


class Comments:
    """What readers wrote, and the cursor up to which we know what became of it."""

    def __init__(self, file: str) -> None:
        self._own = sqlite3.connect(file, isolation_level=None)
        self._own.row_factory = sqlite3.Row
        self._own.execute(
            "CREATE TABLE IF NOT EXISTS comments"
            " (id INTEGER PRIMARY KEY, author TEXT, content TEXT, state TEXT, session TEXT, asked TEXT)"
        )
        self._own.execute("CREATE TABLE IF NOT EXISTS feed (cursor TEXT)")

    def add(self, author: str, content: str, session: str, asked: dict[str, Any]) -> int:
        """Keep a comment that nobody but its author sees yet, and what Winnow is to be asked."""
        sql = "INSERT INTO comments VALUES (NULL, ?, ?, 'waiting', ?, ?)"
        row = (author, content, session, json.dumps(asked))
        return self._own.execute(sql, row).lastrowid or 0

    def unanswered(self) -> dict[int, dict[str, Any]]:
        """Return what Winnow is still to be asked, by the id of the comment."""
        rows = self._own.execute("SELECT id, asked FROM comments WHERE asked IS NOT NULL")
        return {row["id"]: json.loads(row["asked"]) for row in rows}

    def settle(self, comment_id: str | None, decision: str | None) -> None:
        """Show, hide or go on holding a comment, as Winnow says."""
        state = {"approve": "shown", "hold": "waiting", "reject": "hidden"}.get(
            decision or "", "hidden"
        )
        self._own.execute(
            "UPDATE comments SET state = ?, asked = NULL WHERE id = ?", (state, comment_id)
        )

    def visible(self, session: str) -> list[dict[str, Any]]:
        """Return what a visitor sees: what is shown, and what waits of their own."""
        sql = "SELECT * FROM comments WHERE state = 'shown' OR (state = 'waiting' AND session = ?)"
        rows = [dict(row) for row in self._own.execute(sql, (session,))]
        return [row | {"hue": sum(map(ord, row["author"])) * 47 % 360} for row in rows]

    def state(self, comment_id: int) -> str:
        """Return how a comment stands: shown, waiting or hidden."""
        sql = "SELECT state FROM comments WHERE id = ?"
        return str(self._own.execute(sql, (comment_id,)).fetchone()["state"])

    @property
    def cursor(self) -> str:
        """How far the feed of changes was read."""
        row = self._own.execute("SELECT cursor FROM feed").fetchone()
        return row["cursor"] if row else "0"

    def apply(self, changes: dict[str, Any]) -> None:
        """Take changes in and move the cursor, both or neither."""
        self._own.execute("BEGIN")
        for one in changes["items"]:
            self.settle(one["external_id"], one["decision"])
        self._own.execute("DELETE FROM feed")
        self._own.execute("INSERT INTO feed VALUES (?)", (changes["cursor"],))
        self._own.execute("COMMIT")


comments = Comments(os.environ.get("BLOG_DATABASE", ":memory:"))
winnow = httpx.AsyncClient(
    base_url=WINNOW, headers={"Authorization": f"Bearer {os.environ['BLOG_KEY']}"}, timeout=5
)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Catch up with what happened while we were down, and then every few seconds."""
    following = asyncio.create_task(follow())
    yield
    following.cancel()
    await winnow.aclose()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/")
async def page(request: Request) -> HTMLResponse:
    """Show the post, its comments and the form."""
    session = request.cookies.get("session") or os.urandom(12).hex()
    html = PAGE.render(
        post=POST,
        visible=comments.visible(session),
        told=TOLD.get(request.query_params.get("told", "")),
        now=time.time(),
        desk=f"{WINNOW}/review",
    )
    response = HTMLResponse(html)
    response.set_cookie("session", session, httponly=True, samesite="lax")
    return response


@app.post("/comments")
async def add_comment(request: Request) -> RedirectResponse:
    """Keep a comment and ask Winnow; without an answer it waits."""
    sent = parse_qs((await request.body()).decode(errors="replace"))
    form = {name: values[0].strip() for name, values in sent.items()}
    content = form.get("content", "")[:10_000]
    if not content:
        return RedirectResponse("/", 303)
    author = form.get("author", "")[:200] or "Somebody"
    asked = {
        "content": content,
        "post": POST,
        "author": _given(
            name=form.get("author"),
            email=form.get("email"),
            ip=request.client and request.client.host,
            user_agent=request.headers.get("user-agent"),
        ),
        **_given(honeypot=form.get("homepage")),
        "form_seconds": _seconds_since(form.get("shown_at", "")),
    }
    comment_id = comments.add(author, content, request.cookies.get("session", ""), asked)
    await ask(comment_id, asked)
    return RedirectResponse(f"/?told={comments.state(comment_id)}#comments", 303)


async def ask(comment_id: int, asked: dict[str, Any]) -> None:
    """Ask Winnow about a comment; without an answer it waits, and is asked about again.

    The id makes that safe: the same comment gets the same answer, however often we ask.
    """
    try:
        answer = await winnow.post("/v1/comments", json=asked | {"external_id": str(comment_id)})
        found = answer.raise_for_status().json()
        comments.settle(found["external_id"], found["decision"])
    except httpx.HTTPError as fault:
        print(f"Winnow did not decide comment {comment_id}: {fault!r}; it waits")


@app.post("/hooks/winnow")
async def told(request: Request) -> Response:
    """Hear that a reviewer answered."""
    try:
        event = Webhook(os.environ["BLOG_SECRET"]).verify(
            await request.body(), dict(request.headers)
        )
    except WebhookVerificationError:
        return Response(status_code=401)
    if event["type"] == "comment.decision_changed":
        comments.settle(event["data"]["external_id"], event["data"]["decision"])
    return Response(status_code=204)


async def follow() -> None:
    """Ask again where there was no answer, and read the feed: what webhooks missed is here."""
    while True:
        for comment_id, asked in comments.unanswered().items():
            await ask(comment_id, asked)
        try:
            answer = await winnow.get("/v1/changes", params={"cursor": comments.cursor})
            changes = answer.raise_for_status().json()
            comments.apply(changes)
            if changes["more"]:
                continue
        except httpx.HTTPError as fault:
            print(f"the feed is not to be had: {fault!r}")
        await asyncio.sleep(FEED_SECONDS)


def _seconds_since(moment: str) -> float:
    try:
        return min(max(0.0, time.time() - float(moment)), 86_400.0)
    except ValueError:
        return 0.0


def _given(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
