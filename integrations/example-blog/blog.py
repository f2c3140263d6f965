"""A blog with one post, to see Winnow from a blog's side: all it uses is the public API.

BLOG_WINNOW is the address, BLOG_KEY a key with the scope check, BLOG_SECRET that of the webhook,
BLOG_DATABASE a file. `make demo` sets them and starts both.
"""

import asyncio
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
POST = {
    "url": "http://blog.example/sourdough",
    "title": "My sourdough did not rise, and what I changed",
    "excerpt": "Colder water, a longer rest, and a warmer corner of the kitchen.",
    "language": "en",
}
PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ post.title }}</title>
<style>
 body { font: 18px/1.6 Georgia, serif; max-width: 38rem; margin: 3rem auto; color: #222; padding: 1rem }
 h1 { line-height: 1.2 } article { border-left: 3px solid #ddd; padding-left: 1rem; margin: 1.5rem 0 }
 article.waiting { opacity: .6 }
 label, input, textarea { display: block; width: 100%; box-sizing: border-box }
 input, textarea { font: inherit; padding: .4rem; margin-bottom: .8rem }
 button { font: inherit; padding: .4rem 1.2rem }
 .trap { position: absolute; left: -999rem } .note, footer { color: #666; font-size: .85em }
</style>
<h1>{{ post.title }}</h1>
<p>For three weekends my bread stayed as flat as a plate. The starter was fine: it doubled in a jar on
the window sill. The dough did not, and I blamed the flour.</p>
<p>It was the water. I had taken it warm, and the dough was ready long before the gluten was. Now I
mix with cold water, let it rest overnight by the oven, and shape it only in the morning.
Today's loaf has holes I could lose a walnut in.</p>
<h2>{{ shown|length }} comment{{ "" if shown|length == 1 else "s" }}</h2>
{% for one in shown %}
<article id="comment-{{ one.id }}"{% if one.state == "waiting" %} class="waiting"{% endif %}>
 <strong>{{ one.author or "Somebody" }}</strong>
 {% if one.state == "waiting" %}<span class="note">· your comment is awaiting moderation</span>{% endif %}
 <p>{{ one.content }}</p>
</article>
{% endfor %}
<h2>Leave a reply</h2>
<form method="post" action="/comments">
 <label>Name <input name="author" maxlength="200"></label>
 <label>E-mail (not shown) <input name="email" type="email" maxlength="200"></label>
 <label class="trap" aria-hidden="true">Leave this empty
  <input name="homepage" tabindex="-1" autocomplete="off"></label>
 <label>Comment <textarea name="content" rows="5" required maxlength="10000"></textarea></label>
 <input type="hidden" name="shown_at" value="{{ now }}">
 <button>Post comment</button>
</form>
<footer>Comments are checked by Winnow. <a href="{{ desk }}">Review desk</a></footer>
""")


class Comments:
    """What readers wrote, and the cursor up to which we know what became of it."""

    def __init__(self, file: str) -> None:
        self._own = sqlite3.connect(file, isolation_level=None)
        self._own.row_factory = sqlite3.Row
        self._own.execute(
            "CREATE TABLE IF NOT EXISTS comments"
            " (id INTEGER PRIMARY KEY, author TEXT, content TEXT, state TEXT, session TEXT)"
        )
        self._own.execute("CREATE TABLE IF NOT EXISTS feed (cursor TEXT)")

    def add(self, author: str, content: str, session: str) -> int:
        """Keep a comment that nobody but its author sees yet."""
        sql = "INSERT INTO comments (author, content, state, session) VALUES (?, ?, 'waiting', ?)"
        return self._own.execute(sql, (author, content, session)).lastrowid or 0

    def settle(self, comment_id: str | None, decision: str | None) -> None:
        """Show, hide or go on holding a comment, as Winnow says."""
        state = {"approve": "shown", "hold": "waiting", "reject": "hidden"}.get(
            decision or "", "hidden"
        )
        self._own.execute("UPDATE comments SET state = ? WHERE id = ?", (state, comment_id))

    def visible(self, session: str) -> list[sqlite3.Row]:
        """Return what a visitor sees: what is shown, and what waits of their own."""
        sql = "SELECT * FROM comments WHERE state = 'shown' OR (state = 'waiting' AND session = ?)"
        return self._own.execute(sql, (session,)).fetchall()

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
    """Catch up with what happened while we were down, and then every ten seconds."""
    following = asyncio.create_task(follow())
    yield
    following.cancel()
    await winnow.aclose()


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/")
async def page(request: Request) -> HTMLResponse:
    """Show the post, its comments and the form."""
    session = request.cookies.get("session") or os.urandom(12).hex()
    shown = comments.visible(session)
    html = PAGE.render(post=POST, shown=shown, now=time.time(), desk=f"{WINNOW}/review")
    response = HTMLResponse(html)
    response.set_cookie("session", session, httponly=True, samesite="lax")
    return response


@app.post("/comments")
async def add_comment(request: Request) -> RedirectResponse:
    """Keep a comment and ask Winnow; without an answer it waits."""
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    content = form.get("content", "").strip()[:10_000]
    if content:
        session = request.cookies.get("session", "")
        comment_id = comments.add(form.get("author", "")[:200], content, session)
        asked = {
            "external_id": str(comment_id),
            "content": content,
            "post": POST,
            "author": _given(
                name=form.get("author"),
                email=form.get("email"),
                ip=request.client and request.client.host,
                user_agent=request.headers.get("user-agent"),
            ),
            **_given(honeypot=form.get("homepage")),
            "form_seconds": max(0.0, time.time() - float(form.get("shown_at") or 0)),
        }
        try:
            answer = (await winnow.post("/v1/comments", json=asked)).raise_for_status().json()
            comments.settle(answer["external_id"], answer["decision"])
        except httpx.HTTPError as fault:
            print(f"Winnow did not decide comment {comment_id}: {fault!r}; it waits")
    return RedirectResponse("/", 303)


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
    """Read the feed: what webhooks missed is here."""
    while True:
        try:
            answer = await winnow.get("/v1/changes", params={"cursor": comments.cursor})
            changes = answer.raise_for_status().json()
            comments.apply(changes)
            if changes["more"]:
                continue
        except httpx.HTTPError as fault:
            print(f"the feed is not to be had: {fault!r}")
        await asyncio.sleep(10)


def _given(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}
