"""Clients of AWS, and its errors in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    WaiterError,
)
from botocore.parsers import ResponseParserError

from ..console import Failure
from .settings import Settings

_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException")


@dataclass(frozen=True)
class Account:
    """The account and region of an environment, with clients for what a deployment asks."""

    number: str
    region: str
    cloudformation: Any
    dynamodb: Any
    functions: Any
    s3: Any
    secrets: Any


def connect(settings: Settings) -> Account:
    """Raises Failure where there are no credentials, or where AWS does not take them."""
    config = Config(connect_timeout=5, read_timeout=90, retries={"mode": "standard", "total_max_attempts": 4})
    with one_line("the account cannot be asked"):
        session: Any = boto3.session.Session(region_name=settings.region, profile_name=settings.profile)
        number = session.client("sts", config=config).get_caller_identity()["Account"]
        names = ("cloudformation", "dynamodb", "lambda", "s3", "secretsmanager")
        clients = [session.client(name, config=config) for name in names]
        return Account(number, session.region_name, *clients)


@contextmanager
def one_line(what: str) -> Iterator[None]:
    """Turns an error of AWS's library into a Failure: what failed, and why."""
    try:
        yield
    # A ValueError is about an address or a name that the library cannot use.
    except (BotoCoreError, ClientError, WaiterError, ValueError, ResponseParserError, KeyError) as error:
        raise Failure(f"{what}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        code, message = said.get("Code", "an error"), " ".join(str(said.get("Message", "")).split())
        if code in _EXPIRED:
            return f"AWS does not take the credentials ({code}): log in again"
        return f"{code}: {message}"
    if isinstance(error, NoCredentialsError):
        return "there are no AWS credentials: set AWS_PROFILE, or log in with `aws sso login`"
    if isinstance(error, NoRegionError):
        return "no AWS region is named: set AWS_REGION, or `region` in samconfig.toml"
    if isinstance(error, EndpointConnectionError | ProfileNotFound | WaiterError):
        return " ".join(str(error).split())
    if isinstance(error, ResponseParserError | KeyError):
        return "the answer is none of AWS's: is AWS_ENDPOINT_URL right, and is no proxy in between?"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def code_of(error: ClientError) -> str:
    """AWS's code of an error, such as `ResourceNotFoundException`."""
    return str(error.response.get("Error", {}).get("Code", ""))
