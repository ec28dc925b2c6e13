"""Differences, grouped by their probable cause."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from .. import ROOT
from .comparison import Difference
from .pair import Pair, this_minute
from .question import Question

# Its rules stand in the order in which a decision checks them.
_SCHEMA = ROOT / "tests" / "fixtures" / "schemas" / "allocation-response.schema.json"
# Fields whose differences the sides may explain.
_DECIDED = ("slots[]", "explain[]", "explain_rules", "no_fill_reason")
# Rules that an item meets because of what others have taken: consequences, rather than causes.
_CONSEQUENCES = {"not_reached": 2, "no_creative": 1, "advertiser_limit": 1, "exclusion_label": 1}
# Enough to name every cause. A run in which all answers differ still has to end.
_EXAMPLES_MAX = 30
_TRIES_MAX = 60


@dataclass
class Group:
    """Requests whose answers differ in the same way, and the smallest of them."""

    cause: str
    count: int = 0
    catalogs: set[int] = field(default_factory=set)
    example: Question | None = None
    example_catalog: int = 0
    difference: Difference | None = None
    asked_at: str = ""
    smallest: Question | None = None


class Groups:
    """Safe to use from threads."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._lock = threading.Lock()
        self._groups: dict[str, Group] = {}
        self.count = 0

    def add(self, catalog: int, question: Question, found: list[Difference]) -> None:
        """Counts a request that differs, under the rule that differs where the sides can tell it."""
        cause = self._cause(question, found)
        with self._lock:
            self.count += 1
            group = self._groups.setdefault(cause, Group(cause))
            group.count += 1
            group.catalogs.add(catalog)
            if group.example is None or len(question.parameters) < len(group.example.parameters):
                # A smaller example replaces a larger one.
                group.example, group.example_catalog = question, catalog
                group.difference, group.asked_at = found[0], this_minute()

    def shrink(self, catalog: int) -> None:
        """Removes the parameters without which the examples of a catalog differ too. It must be served."""
        for group in self.sorted()[:_EXAMPLES_MAX]:
            if group.example_catalog == catalog and group.example and group.example.parameters:
                group.smallest = self._smallest(group.example, group.cause)

    def sorted(self) -> list[Group]:
        """The most frequent first."""
        with self._lock:
            return sorted(self._groups.values(), key=lambda group: (-group.count, group.cause))

    def _cause(self, question: Question, found: list[Difference]) -> str:
        rules = self._rules(question) if any(each.path.startswith(_DECIDED) for each in found) else ""
        shapes = sorted({f"{each.path or 'connection'}: {each.how}{_values(each)}" for each in found})
        if rules:
            # The other differences follow from the rule.
            return rules
        if any(shape.startswith("slots[]: ") for shape in shapes):
            shapes = [shape for shape in shapes if shape.startswith("slots[]: ")]
        return "; ".join(shapes[:3])

    def _rules(self, question: Question) -> str:
        """The rule that differs, by what both sides explain."""
        if not question.parameters or not self._pair.token:
            return ""
        told = {"now": this_minute(), **question.parameters, "explain": True}
        answers = self._pair.ask_settled(question.changed(told))
        documents = [answer.document() for answer in answers]
        if not all(isinstance(each, dict) and "explain" in each for each in documents):
            return ""
        left, right = (_verdicts(document) for document in documents)
        pairs = [(item, left.get(item, "-"), right.get(item, "-")) for item in {**left, **right}]
        different = sorted(
            (_CONSEQUENCES.get(one, 0) + _CONSEQUENCES.get(other, 0), item, one, other)
            for item, one, other in pairs
            if one != other
        )
        return _rule_on_one_side(*different[0][2:]) if different else ""

    def _smallest(self, question: Question, cause: str) -> Question:
        smallest, tries = question, 0
        for name in list(question.parameters):
            if name in ("unit_id", "user_id") or tries >= _TRIES_MAX:
                continue
            tries += 1
            fewer = {key: value for key, value in smallest.parameters.items() if key != name}
            candidate, found = self._pair.compare(smallest.changed(fewer))
            if found and self._cause(candidate, found) == cause:
                smallest = candidate
        return smallest


def _rule_on_one_side(left: str, right: str) -> str:
    """Which side's rule rejects what the other's lets pass: of two rules, the one that is checked first."""
    order = json.loads(_SCHEMA.read_text())["$defs"]["rule"]["enum"]
    if "language" in (left, right) and left in order and right in order:
        # A content's own language is asked after its targeting, so the order says nothing here.
        return f"rule {left} rejects on the left, {right} on the right"
    places = [order.index(rule) if rule in order else len(order) for rule in (left, right)]
    rule, side = (left, "left") if places[0] < places[1] else (right, "right")
    return f"rule {rule} rejects on the {side} alone"


def _verdicts(document: dict[str, Any]) -> dict[str, str]:
    """What became of each item: shown, or the rule that rejected it."""
    rejected = {each["id"]: each["rule"] for each in document["explain"]}
    return rejected | {slot["id"]: "shown" for slot in document["slots"]}


def _values(difference: Difference) -> str:
    """The values, where they tell more than the field: of statuses and headers."""
    if difference.path == "status" or difference.path.startswith("header:") or not difference.path:
        return f" ({difference.left} and {difference.right})"
    return ""
