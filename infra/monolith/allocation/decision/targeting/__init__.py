"""Targeting: whom an item is meant for.

`rules.RULES` is the order in which rules are asked. The shapes that conditions have are modules of
their own: values to allow and deny, lists with any, all or none, ranges, circles.
"""

from allocation.decision.targeting.dimensions import RULES, Rule, Targeting
from allocation.decision.targeting.subject import Subject

__all__ = ["RULES", "Rule", "Subject", "Targeting"]
