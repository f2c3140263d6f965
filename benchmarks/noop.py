"""The ceiling: a route that validates the same request and does nothing, under the same server."""

import os

import uvicorn
from fastapi import FastAPI

from service.schemas import CommentIn
from service.server import server_config
from service.settings import Settings


def create_noop() -> FastAPI:
    """Return the application with its one route."""
    app = FastAPI()

    @app.post("/v1/comments", status_code=201)
    async def noop(comment: CommentIn) -> dict[str, str]:  # noqa: ARG001 - validated, not used
        return {"decision": "approve"}

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


if __name__ == "__main__":
    settings = Settings.from_environ(os.environ)
    uvicorn.Server(server_config(create_noop(), settings)).run()
