"""Functions that compile catalogs for one release, for the time of a deployment."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..console import Failure
from .aws import Account, code_of, one_line
from .served_catalog import Served
from .templates import S3Object

# What such a function takes over from the stack's function `catalog`.
_SAME = (
    "Role",
    "Runtime",
    "Handler",
    "MemorySize",
    "Timeout",
    "Environment",
    "Architectures",
    "LoggingConfig",
)
_NAME_LENGTH_MAX = 64
_DELETED_ALREADY = "ResourceNotFoundException"


@dataclass(frozen=True)
class CompilerFunction:
    """A function `catalog` of one release."""

    account: Account
    name: str

    def compile(self, served: Served) -> tuple[int, ...]:
        """Has a version compiled; the formats. What is compiled already is answered without work."""
        payload = {"operation": "compile", "version": served.version, "digest": served.digest}
        with one_line(f"{self.name} cannot be invoked"):
            answer = self.account.functions.invoke(FunctionName=self.name, Payload=json.dumps(payload))
            body = answer["Payload"].read()
        return _formats(self.name, served, answer.get("FunctionError", ""), body)

    def delete(self) -> None:
        with one_line(f"the function {self.name} cannot be deleted"):
            try:
                self.account.functions.delete_function(FunctionName=self.name)
            except ClientError as error:
                if code_of(error) != _DELETED_ALREADY:
                    raise


def name_of(stack: str, which: str) -> str:
    """The name of a deployment's own compiler; template.yaml lets Django invoke functions of these names."""
    suffix = f"-catalog-{which}"
    return stack[: _NAME_LENGTH_MAX - len(suffix)] + suffix


def create(account: Account, like: str, name: str, code: S3Object) -> CompilerFunction:
    """Creates a function with the configuration of another one, and other code."""
    function = CompilerFunction(account, name)
    # One that an interrupted deployment left.
    function.delete()
    with one_line(f"the function {name} cannot be created"):
        found = account.functions.get_function_configuration(FunctionName=like)
        account.functions.create_function(
            FunctionName=name,
            Description="Compiles catalogs during a deployment",
            Code={"S3Bucket": code.bucket, "S3Key": code.key},
            **_configuration(found),
        )
        account.functions.get_waiter("function_active_v2").wait(FunctionName=name)
    return function


def _configuration(found: dict[str, Any]) -> dict[str, Any]:
    same = {key: found[key] for key in _SAME if found.get(key)}
    if environment := same.get("Environment"):
        same["Environment"] = {"Variables": environment.get("Variables", {})}
    network = found.get("VpcConfig") or {}
    if network.get("SubnetIds"):
        same["VpcConfig"] = {key: network[key] for key in ("SubnetIds", "SecurityGroupIds")}
    return same


def _formats(name: str, served: Served, error: str, body: bytes) -> tuple[int, ...]:
    try:
        document = json.loads(body)
    except ValueError:
        document = {}
    if not isinstance(document, dict):
        document = {}
    if error or "error" in document:
        said = document.get("errorMessage") or document.get("error") or "it does not say why"
        raise Failure(f"{name} does not compile version {served.version}: {' '.join(str(said).split())}")
    if refusals := document.get("refusals"):
        first = " ".join(str(refusals[0].get(key, "")) for key in ("kind", "key", "field", "problem"))
        raise Failure(
            f"the new release refuses {document.get('refusals_in_all', len(refusals))} rows of the served "
            f"version {served.version}; the first: {first}"
        )
    formats = document.get("formats")
    is_about = (document.get("version"), document.get("digest")) == tuple(served)
    if not is_about or not isinstance(formats, list) or not all(type(each) is int for each in formats):
        raise Failure(f"{name} gave an answer that cannot be understood")
    return tuple(formats)
