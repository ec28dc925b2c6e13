"""As many reasons as an answer may have: a balancer lets no answer of more than a megabyte through."""

from typing import NamedTuple

from allocation.decision.explain.finding import Finding
from allocation.decision.explain.items import Explained

# The most items of an answer.
_ITEMS_MAX = 200
# The most characters of either side of a reason. A condition may list thousands of apps.
_CHARACTERS_MAX = 400
# What stands for the rest of a longer text.
_CUT = "…"


class Explain(NamedTuple):
    """The reasons that a request asks for."""

    # Of these items; None: of as many as an answer holds.
    items: frozenset[str] | None


def bounded(explained: list[Explained], asked: Explain) -> list[Explained]:
    """The reasons that are asked for, in the order of the items' ids: of the items that are named, or of
    the first ones.
    """
    wanted = [one for one in explained if asked.items is None or one.item_id in asked.items]
    wanted.sort(key=lambda one: one.item_id)
    return [
        one._replace(finding=Finding(*(_cut(text) for text in one.finding))) for one in wanted[:_ITEMS_MAX]
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS_MAX else text[: _CHARACTERS_MAX - 1] + _CUT
