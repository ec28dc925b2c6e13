"""The parameters of a deployment: what is named, what is kept, and what is missing."""

from collections.abc import Mapping
from typing import Any

from ..console import Failure
from . import templates
from .stacks import Deployed

Member = dict[str, Any]


def require_declared(template: str, named: Mapping[str, str]) -> dict[str, Any]:
    """The template's parameters. Raises Failure where one is named that it does not have."""
    declared = templates.section(template, "Parameters")
    if unknown := sorted(named.keys() - declared.keys()):
        raise Failure(f"the template has no parameter {', '.join(unknown)}")
    return declared


def members(template: str, named: Mapping[str, str], stack: Deployed | None) -> list[Member]:
    """The parameters as CloudFormation takes them. What is not named keeps the stack's value, or the default.

    Raises Failure where one is named that the template does not have, or where one has no value.
    """
    declared = require_declared(template, named)
    kept = (declared.keys() & stack.parameters.keys() if stack else set()) - named.keys()
    required = {name for name, properties in declared.items() if "Default" not in properties}
    if missing := sorted(required - named.keys() - kept):
        raise Failure(
            f"parameters without a value: {', '.join(missing)}; name them with --parameter NAME=VALUE, "
            "or in parameter_overrides of samconfig.toml"
        )
    values = [{"ParameterKey": name, "ParameterValue": value} for name, value in sorted(named.items())]
    return values + [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)]
