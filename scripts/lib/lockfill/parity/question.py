"""One request, as it is sent to both sides."""

import json
import shlex
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

PREFIX = "/api/v1/allocation/"
KINDS = ("ads", "contents", "lockscreen")
EVENTS = "/api/v1/events"


@dataclass(frozen=True)
class Question:
    """A request. `parameters` are those that it was made from; one from a file has none."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    needs_debug_token: bool = False
    parameters: dict[str, Any] = field(default_factory=dict)
    # The number of the request, or of the line of a file.
    number: int = 0
    commas: bool = False

    @property
    def is_event(self) -> bool:
        return self.target.startswith(EVENTS)

    @property
    def kind(self) -> str:
        return self.target.partition("?")[0].removeprefix(PREFIX).removesuffix("/")

    def changed(self, parameters: dict[str, Any]) -> "Question":
        """The same question with other parameters."""
        question = ask(self.method, self.kind, parameters, self.number, commas=self.commas)
        path, _, query = question.target.partition("?")
        slash = "/" if self.target.partition("?")[0].endswith("/") else ""
        target = f"{path}{slash}" + (f"?{query}" if query else "")
        return replace(question, target=target, headers={**self.headers, **question.headers})

    def curl(self, base_url: str, token: str) -> str:
        """A command line that sends it. `token` is a shell expression for the token, never the token."""
        parts = ["curl", "-isS", "-X", self.method]
        for name, value in self.headers.items():
            parts += ["-H", f"{name}: {value}"]
        if self.body:
            parts += ["--data-binary", self.body.decode(errors="surrogateescape")]
        words = [shlex.quote(part) for part in parts]
        if self.needs_debug_token:
            words += ["-H", f'"Authorization: Bearer {token}"']
        return " ".join([*words, shlex.quote(base_url + self.target)])


def ask(method: str, kind: str, parameters: dict[str, Any], number: int, *, commas: bool = False) -> Question:
    """A question with parameters: as JSON of a POST, else in the query, with lists joined or repeated."""
    needs_token = "now" in parameters or "explain" in parameters
    path = PREFIX + kind
    if method == "POST":
        body = json.dumps(parameters, ensure_ascii=False).encode(errors="surrogatepass")
        headers = {"content-type": "application/json"}
        return Question(method, path, headers, body, needs_token, parameters, number, commas)
    query = "&".join(f"{_encode(name)}={_encode(value)}" for name, value in _pairs(parameters, commas))
    return Question(method, f"{path}?{query}", {}, b"", needs_token, parameters, number, commas)


def _pairs(parameters: dict[str, Any], commas: bool) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        if name == "kv" and isinstance(value, dict):
            pairs += [(f"kv.{key}", _text(each)) for key, each in value.items()]
        elif isinstance(value, list):
            texts = [_text(each) for each in value]
            pairs += [(name, ",".join(texts))] if commas else [(name, text) for text in texts]
        else:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _encode(text: str) -> str:
    # A lone surrogate stands for a byte that is no UTF-8.
    return quote(text.encode(errors="surrogateescape"), safe=":/.-_~")
