"""A change set in words."""

from collections.abc import Iterator, Sequence

from .change_set import Change, Plan

# Kinds whose replacement or removal loses what they hold, or whose address clients know.
_HOLDS_DATA = (
    "AWS::DynamoDB::",
    "AWS::ElastiCache::",
    "AWS::RDS::",
    "AWS::SecretsManager::Secret",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
)
_NAMES = {
    "Add": "added",
    "Modify": "changed",
    "Remove": "removed",
    "Import": "imported",
    "Dynamic": "unknown",
}


def lines(plan: Plan) -> list[str]:
    """What a plan changes: how much, then each resource; replacements first and loudly."""
    counted = [
        f"{count} {word}"
        for action, word in _NAMES.items()
        if (count := sum(change.action == action for change in plan.changes))
    ]
    what = "is created" if plan.is_new else "changes"
    found = [f"The stack {plan.stack} {what}: {', '.join(counted)}"]
    found += [f"  !! {_replacement(change)}" for change in plan.changes if is_replaced(change)]
    others = [change for change in plan.changes if not is_replaced(change)]
    for action, word in _NAMES.items():
        found += [f"  {word:<8} {_named(change)}" for change in others if change.action == action]
    return found


def dangers(plan: Plan) -> list[str]:
    """Resources that hold data, or are an address, and would be replaced or removed; one text each."""
    return [
        f"{change.name} ({change.kind}) would be {'removed' if change.action == 'Remove' else 'REPLACED'}"
        for change in plan.changes
        if change.kind.startswith(_HOLDS_DATA) and (change.action == "Remove" or is_replaced(change))
    ]


def is_replaced(change: Change) -> bool:
    """Whether the resource is replaced, or may be."""
    return change.action == "Modify" and change.replacement in ("True", "Conditional")


def _replacement(change: Change) -> str:
    verb = "IS REPLACED" if change.replacement == "True" else "MAY BE REPLACED"
    return f"{change.name} {verb}: {change.kind}{_because(change.causes)}"


def _named(change: Change) -> str:
    return f"{change.name} ({change.kind}{_because(change.causes)})"


def _because(causes: Sequence[str]) -> str:
    return f"; its {', '.join(causes)}" if causes else ""


def resources_of(kinds: dict[str, str]) -> Iterator[str]:
    """The resources of a stack that does not exist yet, for which no change set is made."""
    for name, kind in sorted(kinds.items()):
        yield f"  added    {name} ({kind})"
