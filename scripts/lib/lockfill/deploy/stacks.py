"""The stack as CloudFormation describes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..console import Failure
from .aws import Account, code_of, one_line

# A stack that only has a change set; its deployment creates it.
_EMPTY = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True)
class Deployed:
    """A stack that exists."""

    name: str
    status: str
    outputs: Mapping[str, str]
    parameters: Mapping[str, str]

    def output(self, name: str) -> str:
        """An output's value. Raises Failure where the stack has none of that name."""
        try:
            return self.outputs[name]
        except KeyError:
            raise Failure(f"the stack {self.name} has no output {name}: is it a stack of Lockfill?") from None


def find(account: Account, name: str) -> Deployed | None:
    """The stack; None where it was not created yet."""
    with one_line(f"the stack {name} cannot be described"):
        try:
            (found,) = account.cloudformation.describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if code_of(error) == "ValidationError" and "does not exist" in str(error):
                return None
            raise
    if found["StackStatus"] == _EMPTY:
        return None
    return Deployed(
        name,
        found["StackStatus"],
        {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
    )


def require_idle(stack: Deployed) -> None:
    """Raises Failure where CloudFormation would refuse a change of the stack."""
    if stack.status.endswith("_IN_PROGRESS"):
        raise Failure(f"the stack {stack.name} is being changed ({stack.status}): wait until that is done")
    if stack.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        raise Failure(
            f"the stack {stack.name} was never created whole ({stack.status}): delete it, then deploy again"
        )
    if stack.status.endswith("ROLLBACK_FAILED"):
        raise Failure(
            f"the stack {stack.name} is stuck ({stack.status}): "
            f"aws cloudformation continue-update-rollback --stack-name {stack.name}"
        )


def template(account: Account, name: str) -> str:
    """The template of a stack as it was deployed, before SAM's transform."""
    with one_line(f"the template of {name} cannot be read"):
        answer: Any = account.cloudformation.get_template(StackName=name, TemplateStage="Original")
    body = answer["TemplateBody"]
    if not isinstance(body, str):
        raise Failure(f"the template of {name} is not YAML as this command deploys it")
    return body
