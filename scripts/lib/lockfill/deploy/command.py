"""`scripts/deploy` and `scripts/rollback` themselves, in an environment with AWS's libraries."""

import sys
from argparse import Namespace
from collections.abc import Mapping

from .. import ROOT
from ..console import Failure, complain, say, step
from ..processes import Stopped, stop_on_signals
from . import (
    arguments,
    aws,
    change_set,
    packaging,
    parameters,
    releases,
    revision,
    settings,
    shift,
    stacks,
    summary,
    templates,
)
from .aws import Account
from .releases import Release, Releases
from .settings import Settings
from .shift import Target
from .stacks import Deployed

_UNIT, _ARCHITECTURE = "SmokeUnitId", "FunctionArchitecture"


def main(command: str, words: list[str]) -> int:
    options = arguments.parse(command, words)
    stop_on_signals()
    try:
        chosen = settings.read(options.config_file, options.env)
        if command == "deploy":
            _require_known(chosen, options)
        account = aws.connect(chosen)
        say(f"Account {account.number}, region {account.region}, stack {chosen.stack}")
        say(deploy(chosen, account, options) if command == "deploy" else rollback(chosen, account, options))
    except Failure as failure:
        complain(str(failure))
        return 1
    except Stopped:
        complain("\nStopped. What CloudFormation had begun, it goes on with.")
        return 130
    return 0


def deploy(chosen: Settings, account: Account, options: Namespace) -> str:
    """Deploys the working copy; a line that says what was done."""
    present = stacks.find(account, chosen.stack)
    if present:
        stacks.require_idle(present)
    named = _named(chosen, options)
    _choose_unit(options, named, present)
    folder = options.built
    # Before minutes of building: a missing parameter is the commonest mistake of a first deployment.
    parameters.members(packaging.template(folder or ROOT), named, present)
    if not folder:
        with step("building the functions (sam build)"):
            folder = packaging.build(chosen, options.config_file, _architecture(named, present))
    plain = packaging.template(folder)
    if options.dry_run and not present:
        return _first_in_words(chosen, plain)
    with step("uploading code and templates (sam package)"):
        template = packaging.package(chosen, account, folder)
    secrets = revision.versions(account, chosen.stack) if present else []
    template = revision.written(template, named, present, secrets)
    bucket = templates.catalog_code(template).bucket
    url = templates.upload(account, bucket, f"{chosen.stack}/next.yaml", template)
    target = Target(template, url, named, chosen.capabilities, releases.commit())
    plan = shift.planned(account, chosen.stack, target, present)
    if options.dry_run:
        change_set.delete(account, chosen.stack)
        return "Nothing was changed. Uploaded code and templates stay in the bucket, unused."
    shift.agree(account, plan, options)
    known = Releases(account, bucket, chosen.stack)
    if present is None:
        release = shift.first(account, plan, target, options, known)
    else:
        before = shift.baseline(account, present, known)
        release = shift.between(account, plan, target, options, known, before)
    return f"Release {release.number} of {chosen.stack} serves."


def rollback(chosen: Settings, account: Account, options: Namespace) -> str:
    """Restores a release; a line that says what was done."""
    present = stacks.find(account, chosen.stack)
    if present is None:
        raise Failure(f"there is no stack {chosen.stack}: nothing was deployed yet")
    stacks.require_idle(present)
    bucket = templates.catalog_code(stacks.template(account, present.name)).bucket
    known = Releases(account, bucket, chosen.stack)
    _choose_unit(options, {}, present)
    if options.list:
        return "\n".join(map(_line, known.all())) or "no release is recorded"
    now = shift.baseline(account, present, known) if not options.dry_run else _newest(known, chosen.stack)
    wanted = _wanted(known, now, options.to)
    template, url = known.template(wanted), known.template_url(wanted)
    # The next rollback goes further back, and not to what this one leaves.
    target = Target(template, url, dict(wanted.parameters), chosen.capabilities, wanted.commit, wanted.before)
    say(f"From release {now.number} to the content of release {_line(wanted)}")
    plan = shift.planned(account, chosen.stack, target, present)
    if options.dry_run:
        change_set.delete(account, chosen.stack)
        return "Nothing was changed."
    shift.agree(account, plan, options)
    release = shift.between(account, plan, target, options, known, now)
    return f"Release {release.number} of {chosen.stack} serves, with the content of release {wanted.number}."


def _named(chosen: Settings, options: Namespace) -> dict[str, str]:
    return {**chosen.parameters, **settings.secret_parameters(), **dict(options.parameter)}


def _require_known(chosen: Settings, options: Namespace) -> None:
    """Before AWS is asked: the output that is to be deployed is there, and has the named parameters."""
    if options.built and options.built.resolve() == ROOT:
        raise Failure("--built names the sources: name an output of `sam build`, such as .aws-sam/build")
    parameters.require_declared(packaging.template(options.built or ROOT), _named(chosen, options))


def _choose_unit(options: Namespace, named: dict[str, str], present: Deployed | None) -> None:
    """The smoke test asks for `--unit`, or for the unit that the test before a canary asks for."""
    kept = present.parameters.get(_UNIT, "") if present else ""
    options.unit = options.unit or named.get(_UNIT) or kept
    if not options.unit and not (options.dry_run or getattr(options, "list", False)):
        raise Failure(f"name a unit for which the smoke test asks: --unit ID, or the parameter {_UNIT}")


def _newest(known: Releases, stack: str) -> Release:
    found = known.all()
    if not found:
        raise Failure(f"no release of the stack {stack} is recorded")
    return found[-1]


def _wanted(known: Releases, now: Release, number: int | None) -> Release:
    """The named release; without a number, the one before that which serves."""
    if number is None and not now.before:
        raise Failure(f"release {now.number} is the first: there is none to return to")
    wanted = now.before if number is None else number
    for release in known.all():
        if release.number == wanted:
            return release
    raise Failure(f"there is no release {wanted}; --list shows them")


def _architecture(named: Mapping[str, str], present: Deployed | None) -> str:
    """Of the functions to build: the named one, or the stack's; empty for the template's default."""
    kept = present.parameters.get(_ARCHITECTURE, "") if present else ""
    return named.get(_ARCHITECTURE) or kept


def _first_in_words(chosen: Settings, template: str) -> str:
    kinds = {name: str(each.get("Type")) for name, each in templates.section(template, "Resources").items()}
    found = [
        f"The stack {chosen.stack} would be created, with at most {len(kinds)} resources of the template"
    ]
    return "\n".join([*found, *summary.resources_of(kinds), "Nothing was changed."])


def _line(release: Release) -> str:
    return f"{release.number}  {release.deployed_at}  {release.commit or 'another tool'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
