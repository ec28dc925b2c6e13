"""A change set: what CloudFormation would do, before it does it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ..console import Failure
from .aws import Account, code_of, one_line
from .parameters import Member

NAME = "lockfill-deploy"
_SECONDS_MAX = 600.0
_SECONDS_BETWEEN_LOOKS = 1.0
# CloudFormation has no code of its own for this.
_EMPTY = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class Change:
    """What would become of one resource."""

    action: str
    name: str
    kind: str
    # True, False, or Conditional: it depends on what other changes result in.
    replacement: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A change set that can be executed; it has no changes where the stack is as it should be."""

    stack: str
    is_new: bool
    changes: tuple[Change, ...]


def create(
    account: Account,
    stack: str,
    template_url: str,
    parameters: list[Member],
    capabilities: tuple[str, ...],
    is_new: bool,
) -> Plan:
    """Creates the change set, in place of one that an earlier run left. Nothing else is changed.

    The change set of a new stack creates the stack, empty; `delete` deletes it again.
    """
    delete(account, stack)
    with one_line("the change set cannot be created"):
        account.cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=NAME,
            ChangeSetType="CREATE" if is_new else "UPDATE",
            TemplateURL=template_url,
            Parameters=parameters,
            Capabilities=list(capabilities),
            IncludeNestedStacks=True,
        )
        found = _wait(account, stack)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED" and not any(text in reason for text in _EMPTY):
        delete(account, stack)
        raise Failure(f"CloudFormation refuses the change set: {' '.join(reason.split())}")
    changes = () if found["Status"] == "FAILED" else tuple(_changes(account, stack, NAME, ""))
    return Plan(stack, is_new, changes)


def delete(account: Account, stack: str) -> None:
    """Deletes the change set, and the stack if it consists of that alone."""
    with one_line("the change set cannot be deleted"):
        try:
            account.cloudformation.delete_change_set(StackName=stack, ChangeSetName=NAME)
            (found,) = account.cloudformation.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            is_gone = code_of(error) in ("ChangeSetNotFound", "ChangeSetNotFoundException", "ValidationError")
            if is_gone and ("does not exist" in str(error) or "ChangeSetNotFound" in code_of(error)):
                return
            raise
        if found["StackStatus"] == "REVIEW_IN_PROGRESS":
            account.cloudformation.delete_stack(StackName=stack)


def execute(account: Account, stack: str) -> None:
    with one_line("the change set cannot be executed"):
        account.cloudformation.execute_change_set(StackName=stack, ChangeSetName=NAME)


def _wait(account: Account, stack: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SECONDS_MAX
    while True:
        found: dict[str, Any] = account.cloudformation.describe_change_set(
            StackName=stack, ChangeSetName=NAME
        )
        if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            return found
        if time.monotonic() > deadline:
            raise Failure(f"CloudFormation has made no change set after {_SECONDS_MAX:.0f} s")
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _changes(account: Account, stack: str, name: str, prefix: str) -> Iterator[Change]:
    """The changes of a change set and of those of nested stacks, whose names get a prefix."""
    more: dict[str, str] = {}
    while True:
        page = account.cloudformation.describe_change_set(StackName=stack, ChangeSetName=name, **more)
        for each in page.get("Changes", []):
            found = each.get("ResourceChange", {})
            yield _change(found, prefix)
            if nested := found.get("ChangeSetId"):
                below = f"{prefix}{found['LogicalResourceId']}/"
                yield from _changes(account, found.get("PhysicalResourceId") or nested, nested, below)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _change(found: dict[str, Any], prefix: str) -> Change:
    targets = (each.get("Target", {}) for each in found.get("Details", []))
    causes = sorted({str(target.get("Name") or target.get("Attribute") or "") for target in targets} - {""})
    return Change(
        found["Action"],
        prefix + found["LogicalResourceId"],
        found["ResourceType"],
        found.get("Replacement", "False"),
        tuple(causes),
    )
