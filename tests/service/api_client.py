"""A client of the API without a socket, and one of the desk's pages with a cookie jar."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import anyio
import httpx

from service.front import Front
from service.house import House
from tests.service.desk_house import KEY, PASSWORD


class ApiClient:
    """Sends requests with a site's key, again where the machine was too busy (503)."""

    def __init__(self, house: House, key: str = KEY) -> None:
        self._app = Front(house)
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> httpx.Response:
        """GET a path."""
        return self._send("GET", path, None)

    def post(self, path: str, body: Any) -> httpx.Response:
        """POST a JSON body."""
        return self._send("POST", path, body)

    def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        response = self._send_once(method, path, body)
        while response.status_code == 503:
            response = self._send_once(method, path, body)
        return response

    def _send_once(self, method: str, path: str, body: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as one:
                content = None if body is None else json.dumps(body).encode()
                headers = self._headers | {"Content-Type": "application/json"}
                return await one.request(method, path, content=content, headers=headers)

        return anyio.run(send)


class DeskClient:
    """A browser without a screen: keeps cookies, sends forms from the same origin."""

    def __init__(self, house: House, origin: str = "http://127.0.0.1", address: str = "10.0.0.1"):
        self._app = Front(house)
        self.origin = origin
        self.cookies: dict[str, str] = {}
        self.address = address

    def get(self, path: str) -> httpx.Response:
        """GET a page."""
        return self.send("GET", path)

    def post(self, path: str, fields: Any, **headers: str) -> httpx.Response:
        """POST a form as the page itself would."""
        return self.send(
            "POST", path, urlencode(fields).encode(), {"Sec-Fetch-Site": "same-origin"} | headers
        )

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Send a request as it is, and keep the cookies that come back."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app, client=(self.address, 1234))
            async with httpx.AsyncClient(transport=transport, base_url=self.origin) as one:
                cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                given = {"Content-Type": "application/x-www-form-urlencoded"} | (headers or {})
                if cookie:
                    given["Cookie"] = cookie
                return await one.request(method, path, content=body, headers=given)

        response = anyio.run(send)
        for line in response.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";", maxsplit=1)[0].strip('"')
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return response

    def log_in(self, name: str = "Ada", password: str = PASSWORD) -> httpx.Response:
        """Log in by the form."""
        return self.post("/review/login", {"name": name, "password": password})

    def token(self) -> str:
        """The session's token, read off a page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/review").text)
        assert found is not None
        return found[1]
