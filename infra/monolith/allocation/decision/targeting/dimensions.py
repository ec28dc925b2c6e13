"""The table of targeting rules: one row a dimension, in the order in which they are asked.

The kernel's row of a dimension says which parameter of the request is compared, and with which
shape of condition; the check, the rejection and the explanation follow from that. A dimension has a
line of its own here only if its value is not the parameter of its name as it was sent.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, NamedTuple

from allocation.catalog.targeting.allow_deny import KeyValues
from allocation.catalog.targeting.targeting import Targeting
from allocation.decision.rejection import TARGETING, Rejection
from allocation.decision.targeting.subject import Subject
from kernel.dimensions import DIMENSIONS, Dimension, Shape
from kernel.vocabulary.text import fold
from kernel.vocabulary.version import Version, format_version

_NOT_SENT = "not sent"

# Where a subject has the values that are not a parameter of the dimension's name as it was sent.
_SENT: Mapping[str, str] = {
    "unit": "query.unit_id",
    "app": "app_id",
    "age": "age",
    "geo": "query.position",
    "user_age": "user_age",
}


class Rule(NamedTuple):
    """How a decision asks one dimension."""

    # Where a subject has the value, in the form in which it was sent; a path of attributes.
    sent: str
    # Brings a value that was sent to the form that conditions are compared with; None if it has it.
    convert: Callable[[Any], Any] | None
    # What the subject has, in words.
    describe: Callable[[Any], str]


def attributes_of(subject: Subject) -> dict[str, Any]:
    """What conditions are compared with, by the dimension's name."""
    attributes = dict(zip(RULES, _read_all(subject), strict=True))
    for name, convert in _CONVERTED:
        value = attributes[name]
        if value is not None:
            attributes[name] = convert(value)
    return attributes


def check(targeting: Targeting, attributes: Mapping[str, Any]) -> Rejection | None:
    """The first rule that rejects a subject with these attributes, if one does."""
    for name, admits in targeting.checks:
        if not admits(attributes[name]):
            return TARGETING[name]
    return None


def explain(targeting: Targeting, name: str, subject: Subject) -> tuple[str, str]:
    """What the condition on a dimension wants, and what was found instead."""
    condition = targeting.conditions.get(name, "")
    rule = RULES[name]
    found = attrgetter(rule.sent)(subject)
    if isinstance(condition, KeyValues):
        return _explain_key_values(condition, found)
    return str(condition), rule.describe(found)


def _explain_key_values(condition: KeyValues, found: Mapping[str, str]) -> tuple[str, str]:
    key = condition.first_failed(found)
    if key is None:
        return "", ""
    return f"{key}: {condition[key]}", found.get(key, _NOT_SENT)


def _rule(dimension: Dimension) -> Rule:
    sent = _SENT.get(dimension.name, f"query.{dimension.name}")
    shape = dimension.shape
    if shape is Shape.SET:
        return Rule(sent, frozenset, lambda found: ", ".join(found) or _NOT_SENT)
    if shape is Shape.WORD:
        return Rule(sent, None, _describe_user_age)
    if shape is Shape.FOLDED_ALLOW_DENY:
        return Rule(sent, fold, _describe)
    return Rule(sent, None, _describe_version if shape is Shape.VERSIONS else _describe)


def _describe(found: object) -> str:
    return _NOT_SENT if found is None else str(found)


def _describe_version(found: Version | None) -> str:
    return _NOT_SENT if found is None else format_version(found)


def _describe_user_age(found: str | None) -> str:
    return "history unknown" if found is None else f"a {found} one"


RULES = {dimension.name: _rule(dimension) for dimension in DIMENSIONS}
_read_all = attrgetter(*(rule.sent for rule in RULES.values()))
_CONVERTED = tuple((name, rule.convert) for name, rule in RULES.items() if rule.convert is not None)
