"""Variables whose values are secrets of AWS Secrets Manager, so that no configuration holds a secret.

`NAME_SECRET` says what the variable `NAME` is made of, and is read when the process starts. It has one
word or several with blanks between them; the values of all are joined by commas:

    ID              the secret's current version
    ID@STAGE        its version at a stage, such as AWSPENDING or AWSPREVIOUS
    ID@STAGE?       the same, and nothing where there is no such version
    none            `none` itself

A secret that is a document `{"key_id": ID, "secret": SECRET}` has the value `ID:SECRET`. A value that two
words have counts once. A variable that is set itself is taken as it is. The functions read the same
(`functions/shared/startup/src/secrets.rs`).
"""

import json
from collections.abc import Mapping
from typing import Any

_NAMES = (
    "LOCKFILL_SIGNING_KEYS",
    "LOCKFILL_USER_KEY_SECRETS",
    "LOCKFILL_REDIS_URL",
    "LOCKFILL_DEBUG_TOKEN",
    "MONOLITH_WEBHOOK_KEYS",
)
_CURRENT = "AWSCURRENT"
_NONE = "none"
_TIMEOUT_SECONDS = 2
_ATTEMPTS = 3


class SecretProblem(ValueError):
    """A secret cannot be read. The text has no part of a secret."""


def with_secrets(variables: Mapping[str, str]) -> Mapping[str, str]:
    """The variables, with the values of the secrets that they name. Raises SecretProblem."""
    wanted = [name for name in _NAMES if not variables.get(name) and variables.get(f"{name}_SECRET")]
    if not wanted:
        return variables
    client = _client(variables)
    values = {name: _joined(client, name, variables[f"{name}_SECRET"]) for name in wanted}
    return {**variables, **values}


def _client(variables: Mapping[str, str]) -> Any:
    # Only a process that reads secrets pays for the import.
    import boto3
    from botocore.config import Config

    settings = Config(
        connect_timeout=_TIMEOUT_SECONDS,
        read_timeout=_TIMEOUT_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    names = ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL")
    endpoint = next((variables[name] for name in names if variables.get(name)), None)
    region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or None
    try:
        return boto3.client("secretsmanager", region_name=region, endpoint_url=endpoint, config=settings)
    except Exception as error:
        raise SecretProblem(f"Secrets Manager cannot be asked: {type(error).__name__}") from None


def _joined(client: Any, name: str, words: str) -> str:
    values: dict[str, None] = {}
    for word in words.split():
        if word == _NONE:
            values[word] = None
            continue
        identifier, _, stage = word.removesuffix("?").partition("@")
        text = _read(client, name, identifier, stage or _CURRENT, may_be_missing=word.endswith("?"))
        if text is not None:
            # A version may have two stages.
            values[_value_of(text)] = None
    return ",".join(values)


def _read(client: Any, name: str, identifier: str, stage: str, *, may_be_missing: bool) -> str | None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = client.get_secret_value(SecretId=identifier, VersionStage=stage)
    except ClientError as error:
        reason = error.response.get("Error", {}).get("Code", "")
        if reason == "ResourceNotFoundException":
            if may_be_missing:
                return None
            raise SecretProblem(f"{name}_SECRET: Secrets Manager has no such secret or version") from None
        raise SecretProblem(f"{name}_SECRET: Secrets Manager refused with {reason}") from None
    except BotoCoreError as error:
        problem = f"{name}_SECRET: Secrets Manager cannot be asked: {type(error).__name__}"
        raise SecretProblem(problem) from None
    text: str = answer["SecretString"]
    return text


def _value_of(text: str) -> str:
    """`ID:SECRET` of a document with a key; any other text is the value itself."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    match document:
        case {"key_id": str(key_id), "secret": str(secret)}:
            return f"{key_id}:{secret}"
    return text
