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
from kernel.vocabulary.version import format_version

_NOT_SENT = "not sent"


class Rule(NamedTuple):
    """How a decision asks one dimension."""

    # The subject's value, in the form in which it was sent.
    sent: Callable[[Subject], Any]
    # The value in the form that conditions are compared with.
    compared: Callable[[Subject], Any]
    # What the subject has, in words.
    describe: Callable[[Subject], str]


def attributes_of(subject: Subject) -> dict[str, Any]:
    """What conditions are compared with, by the dimension's name."""
    return {name: compared(subject) for name, compared in _COMPARED}


def check(targeting: Targeting, attributes: Mapping[str, Any]) -> Rejection | None:
    """The first rule that rejects a subject with these attributes, if one does."""
    for name, admits in targeting.checks:
        if not admits(attributes[name]):
            return TARGETING[name]
    return None


def explain(targeting: Targeting, name: str, subject: Subject) -> tuple[str, str]:
    """What the condition on a dimension wants, and what was found instead."""
    condition = targeting.conditions.get(name, "")
    if isinstance(condition, KeyValues):
        return _explain_key_values(condition, RULES[name].sent(subject))
    return str(condition), RULES[name].describe(subject)


def _explain_key_values(condition: KeyValues, found: Mapping[str, str]) -> tuple[str, str]:
    key = condition.first_failed(found)
    if key is None:
        return "", ""
    return f"{key}: {condition[key]}", found.get(key, _NOT_SENT)


# The values that are not a parameter of the dimension's name as it was sent.
_SENT: Mapping[str, Callable[[Subject], Any]] = {
    "unit": lambda subject: subject.query.unit_id,
    "app": lambda subject: subject.app_id,
    "age": lambda subject: subject.age,
    "geo": lambda subject: subject.query.position,
    "user_age": lambda subject: subject.user_age,
}


def _rule(dimension: Dimension) -> Rule:
    sent = _SENT.get(dimension.name) or attrgetter(f"query.{dimension.name}")
    if dimension.shape is Shape.SET:
        return Rule(
            sent,
            lambda subject: frozenset(sent(subject)),
            lambda subject: ", ".join(sent(subject)) or _NOT_SENT,
        )
    if dimension.shape is Shape.WORD:
        return Rule(sent, sent, lambda subject: _describe_user_age(sent(subject)))
    if dimension.shape is Shape.FOLDED_ALLOW_DENY:
        return Rule(sent, _if_sent(sent, fold, None), _if_sent(sent, str, _NOT_SENT))
    describe = format_version if dimension.shape is Shape.VERSIONS else str
    return Rule(sent, sent, _if_sent(sent, describe, _NOT_SENT))


def _if_sent(
    sent: Callable[[Subject], Any], convert: Callable[[Any], Any], otherwise: Any
) -> Callable[[Subject], Any]:
    """Converts the subject's value, if the subject has one."""

    def read(subject: Subject) -> Any:
        value = sent(subject)
        return otherwise if value is None else convert(value)

    return read


def _describe_user_age(age: str | None) -> str:
    return "history unknown" if age is None else f"a {age} one"


RULES = {dimension.name: _rule(dimension) for dimension in DIMENSIONS}
_COMPARED = tuple((name, rule.compared) for name, rule in RULES.items())
