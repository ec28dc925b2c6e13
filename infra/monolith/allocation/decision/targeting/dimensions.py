"""The rules of targeting, in the order in which they are asked."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from allocation.decision.rejection import Rejection
from allocation.decision.targeting.subject import Subject


class Condition(Protocol):
    """What an item asks of one attribute. It is false where it asks for nothing."""

    def admits(self, value: Any) -> bool: ...


class Rule(NamedTuple):
    """A rule's name, which is the subject's attribute too, and the field of a row that sets it."""

    name: str
    field: str


# The first that objects is the reason given.
RULES = (
    Rule("unit", "units"),
    Rule("app", "apps"),
    Rule("country", "countries"),
    Rule("region", "regions"),
    Rule("language", "languages"),
    Rule("gender", "genders"),
    Rule("age", "ages"),
    Rule("platform", "platforms"),
    Rule("os_version", "os_versions"),
    Rule("sdk_version", "sdk_versions"),
    Rule("device_maker", "device_makers"),
    Rule("device_model", "device_models"),
    Rule("carrier", "carriers"),
    Rule("network", "networks"),
    Rule("packages", "packages"),
    Rule("segments", "segments"),
    Rule("interests", "interests"),
    Rule("geo", "geo"),
    Rule("user_age", "user_age"),
    Rule("key_values", "key_values"),
)
_REJECTIONS = {rule.name: Rejection(rule.name) for rule in RULES}

# The rules that look at nothing but the unit and the country: an index answers them.
INDEXED_RULES = frozenset({"unit", "app", "country"})


class Targeting:
    """Every condition of an item; all of them must hold."""

    __slots__ = ("_checks", "conditions")

    def __init__(self, conditions: Mapping[str, Condition]) -> None:
        # By rule, those alone that ask for something.
        self.conditions = {
            rule.name: conditions[rule.field] for rule in RULES if conditions.get(rule.field)
        }
        self._checks: tuple[tuple[str, Callable[[Any], bool]], ...] = tuple(
            (name, condition.admits) for name, condition in self.conditions.items()
        )

    def check(self, subject: Subject) -> Rejection | None:
        """The first rule that rejects the subject, if one does."""
        for name, admits in self._checks:
            if not admits(getattr(subject, name)):
                return _REJECTIONS[name]
        return None

    def admits_in(self, unit_id: str, app_id: str, country: str | None) -> bool:
        """Whether nothing that an index knows stands against an item there."""
        known = {"unit": unit_id, "app": app_id, "country": country}
        return all(
            condition.admits(known[name])
            for name, condition in self.conditions.items()
            if name in INDEXED_RULES
        )
