"""A small HTTP client: it follows no redirect and raises for no status."""

import http.client
import json
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    """A response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def served_by(self) -> str | None:
        return self.headers["x-lockfill-served-by"]


def request(
    method: str,
    url: str,
    headers: dict[str, str] | None = None,
    body: bytes | str | None = None,
    timeout: float = 30.0,
) -> Answer:
    """Sends one request on a connection of its own."""
    parts = urlsplit(url)
    scheme = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = scheme(parts.hostname or "", parts.port, timeout=timeout)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def get(url: str, **headers: str) -> Answer:
    return request("GET", url, {name.replace("_", "-"): value for name, value in headers.items()})


def post_json(url: str, document: object) -> Answer:
    return request("POST", url, {"content-type": "application/json"}, json.dumps(document))


def cookies(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets."""
    found: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_all("set-cookie") or []:
        found.load(line)
    return {name: morsel.value for name, morsel in found.items()}


def log_in(base: str, username: str, password: str) -> Answer:
    """Logs in to Django's admin as a browser does: form token, cookie, Origin and Referer."""
    page = f"{base}/admin/login/"
    token = cookies(get(page))["csrftoken"]
    form = {"csrfmiddlewaretoken": token, "username": username, "password": password, "next": "/admin/"}
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": f"csrftoken={token}",
        "origin": base,
        "referer": page,
    }
    return request("POST", page, headers, urlencode(form))
