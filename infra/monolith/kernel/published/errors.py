"""What can go wrong with the table. A message says what happened in one line, and holds nothing of
what was asked or answered.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

_NO_TABLE = "ResourceNotFoundException"


class StoreError(Exception):
    """The table could not be read or written. The message is one line for a person."""


class Unavailable(StoreError):
    """DynamoDB did not answer, or answered with an error. A later attempt may succeed."""


class Malformed(StoreError):
    """An item of the table cannot be read, or a row cannot be stored."""


def unavailable(error: BotoCoreError | ClientError) -> Unavailable:
    """The SDK's error in one line."""
    return Unavailable(f"DynamoDB: {_reason(error)}")


def _reason(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "an error")
        return "there is no such table" if code == _NO_TABLE else f"it answered {code}"
    if isinstance(error, ReadTimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectTimeoutError):
        return "no connection in time"
    if isinstance(error, EndpointConnectionError):
        return "the connection failed"
    if isinstance(error, NoRegionError | NoCredentialsError):
        return "the request could not be sent: are region and credentials set?"
    return f"the request failed ({type(error).__name__})"
