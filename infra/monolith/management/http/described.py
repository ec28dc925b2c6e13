"""What views say of their methods for the OpenAPI document."""

from dataclasses import dataclass, field
from typing import Any, Literal

Schema = dict[str, Any]


@dataclass(frozen=True)
class Parameter:
    name: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    where: Literal["query", "path", "header", "cookie"] = "query"
    required: bool = False
    description: str = ""


@dataclass(frozen=True)
class Described:
    summary: str
    # A serializer of the body; None without one.
    request: Any = None
    # A serializer or a schema; None for an empty answer.
    response: Any = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()


IF_MATCH = Parameter(
    "If-Match", where="header", required=True, description="The ETag of the row that was read."
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,128}$"},
    where="header",
    required=True,
    description="Such as a UUID. The same request with the same key has the same answer for a day.",
)
CURSOR = Parameter("cursor", description="The `next` of the page before.")
INSTANT: Schema = {"type": "string", "format": "date-time"}
FLAG: Schema = {"enum": ["true", "false"]}


def limit_up_to(maximum: int) -> Parameter:
    return Parameter("limit", {"type": "integer", "minimum": 1, "maximum": maximum})
