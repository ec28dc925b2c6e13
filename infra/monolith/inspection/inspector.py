"""Asks the function `catalog` about an item or a screen, over Lambda's Invoke API.

The function decides as serving does, over rows that it compiles in memory. It counts nothing.
"""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from django.utils.translation import gettext as _

from kernel.published.chunks import Chunk
from kernel.published.items import PublishRecord
from publishing.compiler import CompilerFailed

# Lambda takes six megabytes in a call, and Base64 makes four of three.
_CHUNKS_BYTES_MAX = 4_300_000
# As a plain HTTP server the function takes less, and says so with this status.
_TOO_LARGE = 413
# A screen has fifty slots at most, and an item a row of some kilobytes.
_ANSWER_BYTES_MAX = 1024 * 1024

Document = dict[str, Any]


class InspectionFailed(Exception):
    """There is no answer. The message is one sentence for an operator."""


class WrongFields(Exception):
    """Parameters of the phone's request are wrong: what is wrong, by the parameter's name."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Refused(Exception):
    """The rows cannot be served: the first refusals, each in a line, and how many there are."""

    def __init__(self, lines: list[str], in_all: int) -> None:
        super().__init__("; ".join(lines))
        self.lines, self.in_all = lines, in_all


class Question(NamedTuple):
    """A request of a phone, and the rows that it is held against."""

    rows: Document
    allocation: str
    parameters: Document
    history: str

    def as_document(self) -> Document:
        return self._asdict()


class Period(NamedTuple):
    """The requests of a forecast."""

    hours: int
    # Whether they are tried at the same hours of the time to come, and not when they were made.
    ahead: bool
    # Millionths, by unit.
    impressions_of_a_request: dict[str, int]

    def as_document(self) -> Document:
        return self._asdict()


def rows_of_version(record: PublishRecord) -> Document:
    return {"version": record.version, "digest": record.digest}


def rows_of_draft(chunks: Iterable[Chunk]) -> Document:
    """The rows themselves. Raises InspectionFailed if they are more than a call takes."""
    texts, size = [], 0
    for chunk in chunks:
        size += len(chunk.data)
        if size > _CHUNKS_BYTES_MAX:
            raise _too_large()
        texts.append(base64.b64encode(chunk.data).decode())
    return {"chunks": texts}


class Inspector:
    """Invokes the function. `connect` gives the client; it is called when it is first needed."""

    def __init__(self, function: str, connect: Callable[[], Any]) -> None:
        self._function, self._connect = function, connect

    def why_not(self, question: Question, kind: str, public_id: str) -> Document:
        call = {"operation": "why_not", "asked": question.as_document()}
        return self._ask({**call, "item": {"kind": kind, "id": public_id}})

    def preview(self, question: Question) -> Document:
        return self._ask({"operation": "preview", "asked": question.as_document()})

    def forecast(self, rows: Document, kind: str, public_id: str, period: Period) -> Document:
        """What the sampled requests of the last hours say, with budgets that hold back as now."""
        item = {"kind": kind, "id": public_id}
        call = {"operation": "forecast", "rows": rows, "item": item, "gated": True, **period.as_document()}
        return self._ask(call)

    def _ask(self, call: Document) -> Document:
        """Raises WrongFields, Refused or InspectionFailed."""
        if not self._function:
            raise InspectionFailed(
                _("No function can answer: set MONOLITH_CATALOG_FUNCTION to the function catalog.")
            )
        try:
            answer = self._invoke(json.dumps(call).encode())
            payload = answer["Payload"].read(_ANSWER_BYTES_MAX + 1)
        except (BotoCoreError, ClientError, CompilerFailed) as error:
            if _status_of(error) == _TOO_LARGE:
                raise _too_large() from None
            raise InspectionFailed(
                _("The function catalog does not answer. Try again in a minute.")
            ) from None
        return _document(answer.get("FunctionError", ""), payload)

    def _invoke(self, payload: bytes) -> Document:
        client = self._connect()
        try:
            found: Document = client.invoke(FunctionName=self._function, Payload=payload)
        except ConnectionClosedError:
            # The client had kept the connection, and the other end had not. A question changes nothing.
            found = client.invoke(FunctionName=self._function, Payload=payload)
        return found


def _too_large() -> InspectionFailed:
    return InspectionFailed(_("The edited catalog is too large to be asked about before it is published."))


def _status_of(error: Exception) -> int:
    metadata = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
    return int(metadata.get("HTTPStatusCode", 0))


def _document(function_error: str, payload: bytes) -> Document:
    try:
        document = json.loads(payload) if len(payload) <= _ANSWER_BYTES_MAX else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise InspectionFailed(_("The answer of the function catalog cannot be understood."))
    if function_error or "errorMessage" in document:
        # The type alone: the message is for the log of the function.
        kind = str(document.get("errorType", ""))[:80]
        raise InspectionFailed(_("The function catalog has no answer (%(kind)s).") % {"kind": kind})
    if "errors" in document:
        raise WrongFields({str(one["field"]): str(one["detail"]) for one in document["errors"]})
    if "refusals" in document:
        lines = [" ".join(str(one[name]) for name in _REFUSAL) for one in document["refusals"]]
        raise Refused(lines, int(document["refusals_in_all"]))
    return document


_REFUSAL = ("kind", "key", "field", "problem")
