"""What can go wrong with the table: what happened, and nothing of what was asked or answered."""

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
    """One line for a person."""


class Unavailable(StoreError):
    """No answer, or one that says no. Trying again later may help."""


class Malformed(StoreError):
    """Something stored cannot be read, or something cannot be stored."""


class Conflict(StoreError):
    """Somebody else was faster."""


def unavailable(error: BotoCoreError | ClientError) -> Unavailable:
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
