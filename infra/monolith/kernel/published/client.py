"""The SDK's client: how long it waits for an answer and how often it asks again."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from kernel.published.errors import unavailable

_CONNECT_TIMEOUT_SECONDS = 2
# One attempt: a page of rows has 1 MB, a transaction three.
_ATTEMPT_TIMEOUT_SECONDS = 10
_ATTEMPTS_MAX = 3
# The SDK's own default. One more is closed after its use.
_CONNECTIONS_MAX = 10


def connect(
    endpoint_url: str | None = None,
    region: str | None = None,
    *,
    connect_timeout_seconds: float = _CONNECT_TIMEOUT_SECONDS,
    attempt_timeout_seconds: float = _ATTEMPT_TIMEOUT_SECONDS,
    attempts_max: int = _ATTEMPTS_MAX,
    connections_max: int = _CONNECTIONS_MAX,
) -> Any:
    """A client for an endpoint, or for AWS's own if none is named. It sends nothing before its
    first use.

    Credentials, and a region that is not named, come from where AWS's own tools look for them.
    Raises Unavailable if no region is found.
    """
    config = Config(
        connect_timeout=connect_timeout_seconds,
        read_timeout=attempt_timeout_seconds,
        max_pool_connections=connections_max,
        retries={"mode": "standard", "total_max_attempts": attempts_max},
        # The SDK's check of each request against its own model of DynamoDB would take half of the
        # time in which a large catalog is published.
        parameter_validation=False,
    )
    try:
        session = boto3.session.Session(region_name=region)
        return session.client("dynamodb", endpoint_url=endpoint_url, config=config)
    except BotoCoreError as error:
        raise unavailable(error) from None
