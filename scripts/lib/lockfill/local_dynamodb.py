"""Operations on the local DynamoDB, for programs that need no client of AWS."""

import json
import urllib.error
import urllib.request
from typing import Any

from .console import Failure

# The local server wants a signature, and takes any.
_SIGNED = {
    "x-amz-date": "20260101T000000Z",
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request,"
    " SignedHeaders=host;x-amz-date, Signature=0",
}
_TIMEOUT_SECONDS = 30


def ask(url: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """The answer to an operation such as `Query`. Raises Failure if there is none."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"DynamoDB_20120810.{operation}",
        **_SIGNED,
    }
    asked = urllib.request.Request(url, json.dumps(request).encode(), headers)  # noqa: S310 (this machine's)
    try:
        with urllib.request.urlopen(asked, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 (this machine's)
            found: dict[str, Any] = json.load(answer)
            return found
    except (OSError, ValueError) as error:
        raise Failure(
            f"DynamoDB does not answer {operation} of {request.get('TableName', 'items')}: {error}"
        ) from None
