"""What `samconfig.toml` says about an environment."""

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from ..console import Failure

# LOCKFILL_PARAMETER_RedisUrl holds the parameter RedisUrl.
_VARIABLE = "LOCKFILL_PARAMETER_"


@dataclass(frozen=True)
class Settings:
    """One environment: where it lies, and its parameters of the template."""

    name: str
    stack: str
    # None where the environment variables or the profile name it.
    region: str | None
    profile: str | None
    # What CloudFormation is permitted to make.
    capabilities: tuple[str, ...]
    parameters: dict[str, str] = field(default_factory=dict)


def read(file: Path, environment: str) -> Settings:
    """Reads an environment as `sam deploy --config-env` does. Raises Failure where it names no stack."""
    try:
        document: dict[str, Any] = tomlkit.parse(file.read_text()).unwrap()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Failure(f"{file} is not UTF-8") from None
    except TOMLKitError as error:
        raise Failure(f"{file} is not TOML: {error}") from None
    names = [name for name, value in document.items() if isinstance(value, dict)]
    if environment not in names:
        raise Failure(f"{file.name} has no environment {environment!r}; it has {', '.join(names) or 'none'}")
    merged: dict[str, Any] = {}
    for command in ("global", "deploy"):
        merged |= _table(_table(document[environment], command, file), "parameters", file)
    stack = merged.get("stack_name")
    if not isinstance(stack, str) or not stack:
        raise Failure(f"{file.name} names no stack_name for the environment {environment!r}")
    region = merged.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    overrides = _overrides(_named(merged, "parameter_overrides", "", file), file)
    permitted = {*_named(merged, "capabilities", "CAPABILITY_IAM", file), "CAPABILITY_AUTO_EXPAND"}
    capabilities = tuple(sorted(permitted))
    for name, value in (("region", region), ("profile", merged.get("profile"))):
        if not isinstance(value, str | None):
            raise Failure(f"{file.name}: {name} is {value!r}, which is no text")
    return Settings(environment, stack, region, merged.get("profile"), capabilities, overrides)


def secret_parameters() -> dict[str, str]:
    """Parameters from environment variables, for those that no command line should hold."""
    found = {name: value for name, value in os.environ.items() if name.startswith(_VARIABLE)}
    return {name.removeprefix(_VARIABLE): value for name, value in found.items() if name != _VARIABLE}


def _table(document: Any, name: str, file: Path) -> dict[str, Any]:
    """A table of a table; empty where it is missing."""
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise Failure(f"{file.name}: {name} is {table!r}, which is no table")
    return table


def _overrides(words: list[str], file: Path) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise Failure(f"{file.name}: parameter_overrides has {wrong[0]!r}, which is not NAME=VALUE")
    return {name: text.strip('"') for name, _, text in pairs}


def _named(members: dict[str, Any], name: str, default: str, file: Path) -> list[str]:
    """A member that is one text or a list of texts."""
    value = members.get(name, default)
    try:
        return _words(value)
    except (TypeError, ValueError) as error:
        raise Failure(f"{file.name}: {name} cannot be read: {error}") from None


def _words(value: Any) -> list[str]:
    return shlex.split(value) if isinstance(value, str) else [str(each) for each in value]
