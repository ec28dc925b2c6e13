"""Targeting conditions in words."""

from allocation.catalog.targeting.key_values import KeyValues
from allocation.catalog.targeting.version_range import format_version
from allocation.decision.context import Context
from allocation.decision.explain.finding import Finding
from allocation.decision.rejection import Rejection
from allocation.decision.targeting import RULES, Targeting

_NOT_SENT = "not sent"
_RULE_NAMES = frozenset(rule.name for rule in RULES)


def find(targeting: Targeting, rejection: Rejection, context: Context) -> Finding | None:
    """What a targeting rule wanted and found; None for a rejection that is not one of targeting."""
    rule = rejection.rule
    if rule not in _RULE_NAMES:
        return None
    condition = targeting.conditions.get(rule, "")
    if isinstance(condition, KeyValues):
        return _find_key_value(condition, context)
    return Finding(str(condition), _found(rule, context))


def _find_key_value(condition: KeyValues, context: Context) -> Finding:
    found = context.query.key_values
    key = condition.first_failed(found)
    if key is None:
        return Finding("", "")
    return Finding(f"{key}: {condition[key]}", found.get(key, _NOT_SENT))


def _found(rule: str, context: Context) -> str:
    query = context.query
    if rule == "unit":
        return query.unit_id
    if rule == "app":
        return context.unit.app_id
    if rule in ("packages", "segments", "interests"):
        return ", ".join(getattr(query, rule)) or _NOT_SENT
    if rule == "age":
        value = context.subject.age
    elif rule == "geo":
        value = query.position
    elif rule == "user_age":
        age = context.subject.user_age
        return "history unknown" if age is None else f"a {age} one"
    else:
        value = getattr(query, rule)
    if value is None:
        return _NOT_SENT
    return format_version(value) if rule in ("os_version", "sdk_version") else str(value)
