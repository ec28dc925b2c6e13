"""Executing a change set: its events as they happen, until the stack is at rest."""

import time
from typing import Any

from ..console import Failure, say
from . import change_set, stacks
from .aws import Account, one_line

# CloudFormation gives up by itself; a canary takes a quarter of an hour.
SECONDS_MAX = 3_600.0
SECONDS_BETWEEN_LOOKS = 1.0
_DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def execute(account: Account, stack: str) -> None:
    """Executes the change set and shows each resource that is done.

    Raises Failure where CloudFormation did not do it all; it has then undone all of it.
    """
    with one_line("the stack's events cannot be read"):
        seen = {event["EventId"] for event in _page(account, stack).get("StackEvents", [])}
    change_set.execute(account, stack)
    reasons: list[str] = []
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        found = stacks.find(account, stack)
        with one_line("the stack's events cannot be read"):
            for event in _events_after(account, stack, seen):
                seen.add(event["EventId"])
                _show(event, reasons)
        if found and not found.status.endswith("_IN_PROGRESS"):
            break
        if time.monotonic() > deadline:
            raise Failure(f"the stack {stack} is still being changed after {SECONDS_MAX:.0f} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if found.status not in _DONE:
        why = f": {reasons[0]}" if reasons else ""
        raise Failure(f"CloudFormation did not deploy, and undid what it had done ({found.status}){why}")


def _events_after(account: Account, stack: str, seen: set[str]) -> list[dict[str, Any]]:
    """The events that are newer than those that were seen, oldest first."""
    found: list[dict[str, Any]] = []
    token = ""
    while True:
        page = _page(account, stack, **({"NextToken": token} if token else {}))
        for event in page.get("StackEvents", []):
            if event["EventId"] in seen:
                return found[::-1]
            found.append(event)
        token = page.get("NextToken", "")
        if not token:
            return found[::-1]


def _page(account: Account, stack: str, **more: str) -> dict[str, Any]:
    """The newest hundred events, or the ones before them, newest first."""
    page: dict[str, Any] = account.cloudformation.describe_stack_events(StackName=stack, **more)
    return page


def _show(event: dict[str, Any], reasons: list[str]) -> None:
    status, name = event.get("ResourceStatus", ""), event.get("LogicalResourceId", "")
    if status.endswith("_FAILED"):
        reason = " ".join(event.get("ResourceStatusReason", "").split())
        reasons.append(f"{name}: {reason}")
        say(f"    {name}: {status}: {reason}")
    elif status.endswith("_COMPLETE"):
        say(f"    {name}: {status.replace('_', ' ').lower()}")
