"""From one release to another: what `scripts/deploy` and `scripts/rollback` have in common."""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..console import Failure, complain, say, step
from . import catalog_formats, change_set, execution, parameters, smoke, stacks, summary, templates
from .aws import Account
from .change_set import Plan
from .releases import Release, Releases
from .served_catalog import Catalogs
from .stacks import Deployed


@dataclass(frozen=True)
class Target:
    """What the stack is to become."""

    template: str
    template_url: str
    named: dict[str, str]
    capabilities: tuple[str, ...]
    commit: str
    # The release that a rollback from this one leads to; None: the one that it takes the place of.
    before: int | None = None


def planned(account: Account, name: str, target: Target, present: Deployed | None) -> Plan:
    """A change set, and what it would do, printed. Raises Failure where there is nothing to do."""
    wanted = parameters.members(target.template, target.named, present)
    with step("asking CloudFormation what changes"):
        plan = change_set.create(
            account, name, target.template_url, wanted, target.capabilities, present is None
        )
    if not plan.changes:
        change_set.delete(account, name)
        raise Failure(f"nothing to do: the stack {name} is as it should be")
    say("\n".join(summary.lines(plan)))
    return plan


def agree(account: Account, plan: Plan, options: Namespace) -> None:
    """Raises Failure, with the change set deleted, where the changes are not agreed to."""
    refused = ""
    if (dangers := summary.dangers(plan)) and not options.allow_replacement:
        refused = f"{'; '.join(dangers)}: nothing was changed; --allow-replacement permits it"
    elif not options.yes:
        if not sys.stdin.isatty():
            refused = "nothing was changed: without a terminal to ask on, --yes has to agree to the changes"
        elif input("Make these changes? [y/N] ").strip().lower() not in ("y", "yes"):
            refused = "nothing was changed"
    if refused:
        change_set.delete(account, plan.stack)
        raise Failure(refused)


def first(account: Account, plan: Plan, target: Target, options: Namespace, releases: Releases) -> Release:
    """Creates the stack. There is no release to return to, so it stays whatever the smoke test says."""
    execution.execute(account, plan.stack)
    created = _found(account, plan.stack)
    release = releases.record(target.template, _recorded(created), 0, target.commit)
    _smoke_test(account, created, options)
    return release


def between(
    account: Account, plan: Plan, target: Target, options: Namespace, releases: Releases, before: Release
) -> Release:
    """Changes the stack. Where the smoke test fails, `before` is restored, which is what it is at now."""
    present = _found(account, plan.stack)
    new = templates.catalog_code(target.template)
    old = templates.catalog_code(stacks.template(account, plan.stack))
    with _kept_if_it_fails(account, plan), catalog_formats.both_releases(account, present, new, old):
        say("  changing the stack")
        execution.execute(account, plan.stack)
        try:
            _smoke_test(account, _found(account, plan.stack), options)
        except Failure as failure:
            complain(f"{failure}\nRestoring release {before.number}.")
            restore(account, plan.stack, target.capabilities, releases, before)
            why = f"release {before.number} was restored, because {failure}"
            try:
                _smoke_test(account, _found(account, plan.stack), options)
            except Failure as again:
                raise Failure(f"{why}; it does not serve either: {again}") from None
            raise Failure(f"{why}; it serves again") from None
    changed = _found(account, plan.stack)
    number = before.number if target.before is None else target.before
    return releases.record(target.template, _recorded(changed), number, target.commit)


def restore(
    account: Account, stack: str, capabilities: tuple[str, ...], releases: Releases, release: Release
) -> None:
    """Brings the stack to a recorded release."""
    template, url = releases.template(release), releases.template_url(release)
    wanted = parameters.members(template, release.parameters, stacks.find(account, stack))
    plan = change_set.create(account, stack, url, wanted, capabilities, False)
    if plan.changes:
        execution.execute(account, stack)


def baseline(account: Account, present: Deployed, releases: Releases) -> Release:
    """The release that the stack is at. It is recorded now where another tool deployed it."""
    template, known = stacks.template(account, present.name), releases.all()
    if known and releases.template(known[-1]) == template:
        return known[-1]
    before = known[-1].number if known else 0
    return releases.record(template, _recorded(present), before, "")


def _recorded(stack: Deployed) -> dict[str, str]:
    """The stack's parameters without the secret ones, whose values CloudFormation shows as asterisks."""
    return {name: value for name, value in stack.parameters.items() if set(value) != {"*"}}


def _smoke_test(account: Account, stack: Deployed, options: Namespace) -> None:
    url = (options.url or stack.parameters.get("LinkBaseUrl", "")).rstrip("/")
    is_served = Catalogs(account, stack.output("CatalogTableName")).served() is not None
    with step("smoke test through the balancer"):
        smoke.check(url, options.unit, is_served=is_served)


def _found(account: Account, name: str) -> Deployed:
    found = stacks.find(account, name)
    if found is None:
        raise Failure(f"the stack {name} is gone")
    return found


@contextmanager
def _kept_if_it_fails(account: Account, plan: Plan) -> Iterator[None]:
    """Leaves no change set behind where a deployment ends before it is executed."""
    try:
        yield
    except Failure:
        change_set.delete(account, plan.stack)
        raise
