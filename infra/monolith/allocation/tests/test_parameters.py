"""The table of request parameters, held against the contract's OpenAPI document."""

from unittest import TestCase

from allocation.http.dto.definitions import (
    KEY_VALUES,
    KEY_VALUES_MAX,
    PARAMETERS,
    PERSONAL_ATTRIBUTES,
)
from allocation.tests.fixtures import read_fixture


class Parameters(TestCase):
    def setUp(self) -> None:
        document = read_fixture("openapi.json")
        operation = document["paths"]["/api/v1/allocation/ads"]["get"]
        names = [one["$ref"].rpartition("/")[2] for one in operation["parameters"]]
        self.documented = {name: document["components"]["parameters"][name] for name in names}

    def test_the_parameters_are_the_documented_ones_in_the_same_order(self) -> None:
        names = [parameter.name for parameter in PARAMETERS]
        self.assertCountEqual(names, self.documented)
        # The document has key-values further back than problem documents name them.
        self.assertEqual(
            [name for name in names if name != KEY_VALUES],
            [name for name in self.documented if name != KEY_VALUES],
        )

    def test_lists_are_as_long_as_documented_and_the_same_parameters_are_required(self) -> None:
        for parameter in PARAMETERS:
            documented = self.documented[parameter.name]
            with self.subTest(parameter.name):
                self.assertEqual(parameter.is_required, documented["required"])
                self.assertEqual(parameter.values_max, documented["schema"].get("maxItems"))
        key_values = self.documented[KEY_VALUES]["schema"]
        self.assertEqual(key_values["maxProperties"], KEY_VALUES_MAX)

    def test_what_is_dropped_under_limit_ad_tracking_says_so(self) -> None:
        for name, parameter in self.documented.items():
            is_dropped = "dropped under limit-ad-tracking" in parameter["description"]
            self.assertEqual(is_dropped, name in PERSONAL_ATTRIBUTES, name)
        self.assertIn("position", PERSONAL_ATTRIBUTES)
