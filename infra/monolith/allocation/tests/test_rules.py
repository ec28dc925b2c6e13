"""The rules that items are rejected by: their names and their order."""

from unittest import TestCase

from allocation.decision.rejection import EMPTY_CATALOG, NOT_REACHED, RULES
from allocation.decision.targeting import dimensions
from allocation.tests.fixtures import read_fixture
from kernel.dimensions import DIMENSIONS


class Rules(TestCase):
    def test_the_rules_are_those_of_the_contract_in_its_order(self) -> None:
        schema = read_fixture("schemas/allocation-response.schema.json")
        self.assertEqual(list(RULES), schema["$defs"]["rule"]["enum"])
        reasons = schema["properties"]["no_fill_reason"]["enum"]
        # An answer is never empty because its items have not had their turn.
        possible = [rule for rule in RULES if rule != NOT_REACHED.rule]
        self.assertEqual([*possible, EMPTY_CATALOG, None], reasons)

    def test_every_dimension_has_a_rule_in_the_order_of_the_table(self) -> None:
        names = [dimension.name for dimension in DIMENSIONS]
        self.assertEqual(list(dimensions.RULES), names)
        self.assertEqual(list(RULES[1 : len(names) + 1]), names)
