"""Routes of Akismet's protocol in FastAPI."""

from functools import partial

from fastapi.routing import APIRoute

from service.akismet.call import Handler, answered


class PlainRoute(APIRoute):
    """A route whose faults are plain text with a guid, which makes WordPress hold the comment."""

    def get_route_handler(self) -> Handler:
        """Wrap FastAPI's handler."""
        return partial(answered, super().get_route_handler())
