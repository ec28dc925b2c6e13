"""The compiler of published catalogs: the function `catalog`, over Lambda's Invoke API.

The call names a version and the digest of its rows, and carries no rows. The function reads them,
checks them as serving does, and writes what the functions load; or it answers which rows it
refuses. The same call again has the same outcome.
"""

import json
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from publishing.problems import PROBLEMS_MAX, RowProblem, UnservableCatalog

_CONNECT_TIMEOUT_SECONDS = 3
# The function ends itself after 60 s (template.yaml), and says so a moment later.
_READ_TIMEOUT_SECONDS = 75
# Between two calls of `while_waiting`.
_SECONDS_BETWEEN_SIGNS = 0.5
# An answer names twenty rows at most.
_ANSWER_BYTES_MAX = 256 * 1024
_TEXT_LENGTH_MAX = 500


class CompilerFailed(Exception):
    """There is no verdict on the rows. The message is one line for a person."""


class Compiled(NamedTuple):
    """What a compilation wrote: the formats of the blob, and its size."""

    formats: tuple[int, ...]
    blob_bytes: int


def connect_lambda(endpoint_url: str | None = None, region: str | None = None) -> Any:
    """A client for an endpoint, or for AWS's own if none is named. It sends nothing before its
    first use.

    It sends an invocation once: whether to publish again is for a person to decide.
    """
    config = Config(
        connect_timeout=_CONNECT_TIMEOUT_SECONDS,
        read_timeout=_READ_TIMEOUT_SECONDS,
        retries={"total_max_attempts": 1},
        tcp_keepalive=True,
    )
    try:
        session = boto3.session.Session(region_name=region)
        return session.client("lambda", endpoint_url=endpoint_url, config=config)
    except BotoCoreError as error:
        raise CompilerFailed(f"the compiler cannot be invoked: {_reason(error)}") from None


class Compiler:
    """Invokes the function. `connect` gives the client; it is called when it is first needed."""

    def __init__(self, function: str, connect: Callable[[], Any]) -> None:
        self._function = function
        self._connect = connect
        self._client: Any = None

    @property
    def function(self) -> str:
        return self._function

    def named(self, function: str) -> "Compiler":
        """The compiler of another release: another function, invoked with the same client."""
        return Compiler(function, self._connected)

    def _connected(self) -> Any:
        self._client = self._client or self._connect()
        return self._client

    def compile(self, version: int, digest: str, while_waiting: Callable[[], None]) -> Compiled:
        """Has a draft compiled. Calls `while_waiting` twice a second until there is an answer.

        Raises UnservableCatalog if rows are refused, and CompilerFailed if there is no verdict.
        """
        if not self._function:
            text = "no compiler is named: set MONOLITH_CATALOG_FUNCTION to the name of the function `catalog`"
            raise CompilerFailed(text)
        call = _Call(self._connected(), self._function, version, digest)
        while not call.is_done.wait(_SECONDS_BETWEEN_SIGNS):
            while_waiting()
        return _verdict(call.answer(), version, digest)


class _Call:
    """One invocation in a thread of its own, so that this one can say that it lives.

    A daemon: a process that is told to stop does not wait for the function.
    """

    def __init__(self, client: Any, function: str, version: int, digest: str) -> None:
        self.is_done = threading.Event()
        self._client, self._function = client, function
        self._payload = json.dumps({"operation": "compile", "version": version, "digest": digest})
        self._outcome: tuple[str, bytes] | Exception | None = None
        threading.Thread(target=self._run, name="compile", daemon=True).start()

    def answer(self) -> tuple[str, bytes]:
        """The function's error, empty if there is none, and its payload."""
        if isinstance(self._outcome, BotoCoreError | ClientError):
            raise CompilerFailed(f"the compiler could not be asked: {_reason(self._outcome)}") from None
        if not isinstance(self._outcome, tuple):
            raise CompilerFailed("the compiler's answer could not be read")
        return self._outcome

    def _run(self) -> None:
        try:
            answer = self._client.invoke(FunctionName=self._function, Payload=self._payload.encode())
            payload = answer["Payload"].read(_ANSWER_BYTES_MAX + 1)
            self._outcome = (answer.get("FunctionError", ""), payload)
        except Exception as error:
            self._outcome = error
        finally:
            self.is_done.set()


def _reason(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "an error")
        if code == "ResourceNotFoundException":
            return "there is no such function: is MONOLITH_CATALOG_FUNCTION right?"
        return f"it answered {code}"
    if isinstance(error, ReadTimeoutError):
        return f"no answer within {_READ_TIMEOUT_SECONDS} s"
    if isinstance(error, EndpointConnectionError):
        return "the connection failed: is MONOLITH_LAMBDA_ENDPOINT_URL right?"
    if isinstance(error, NoRegionError | NoCredentialsError):
        return "the request could not be sent: are region and credentials set?"
    return f"the request failed ({type(error).__name__})"


def _verdict(answer: tuple[str, bytes], version: int, digest: str) -> Compiled:
    function_error, payload = answer
    document = _document(payload)
    if function_error or "error" in document:
        raise CompilerFailed(f"the compiler failed: {_failure(document)}")
    if "refusals" in document:
        raise _refusal(document)
    if (document.get("version"), document.get("digest")) != (version, digest):
        raise CompilerFailed("the compiler answered about other rows")
    formats, blob_bytes = document.get("formats"), document.get("blob_bytes")
    if not (_are_numbers(formats) and formats and _are_numbers([blob_bytes])):
        raise CompilerFailed("the compiler's answer cannot be understood")
    return Compiled(tuple(formats or ()), int(blob_bytes or 0))


def _document(payload: bytes) -> dict[str, Any]:
    try:
        if len(payload) <= _ANSWER_BYTES_MAX:
            document = json.loads(payload)
            if isinstance(document, dict):
                return document
    except (ValueError, RecursionError):
        pass
    raise CompilerFailed("the compiler's answer cannot be understood")


def _failure(document: dict[str, Any]) -> str:
    """What the function says about its failure, in one line."""
    said = (document.get(name) for name in ("error", "errorMessage", "errorType", "what_to_do"))
    texts = [_text(text) for text in said if isinstance(text, str) and text]
    return "; ".join(dict.fromkeys(texts)) or "it does not say why"


def _refusal(document: dict[str, Any]) -> UnservableCatalog | CompilerFailed:
    refusals, in_all = document["refusals"], document.get("refusals_in_all")
    members = ("kind", "key", "field", "problem")
    if not (isinstance(refusals, list) and refusals and all(isinstance(each, dict) for each in refusals)):
        return CompilerFailed("the compiler refuses rows and names none")
    problems = [
        RowProblem(**{name: _text(each.get(name, "")) for name in members})
        for each in refusals[:PROBLEMS_MAX]
    ]
    return UnservableCatalog(problems, int(in_all or 0) if _are_numbers([in_all]) else 0)


def _are_numbers(values: Any) -> bool:
    is_list = isinstance(values, list)
    return is_list and all(type(value) is int and 0 <= value < 2**63 for value in values)


def _text(value: object) -> str:
    """A text of another program, in one line of a bounded length."""
    return " ".join(str(value).split())[:_TEXT_LENGTH_MAX]
