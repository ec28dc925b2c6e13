"""A catalog that was published is what is served, even by a function that slept meanwhile."""

import json
import time
import unittest

import stacks
from api import ADS, allocate, slot_of, wait_until
from lockfill.stack import DEMO_CATALOG
from process_tree import IS_AVAILABLE, NEEDED, Process, descendants

LINE_ITEM = "li-1001"
NEW_TITLE = "Published while everybody slept"
# A version that has not been confirmed for so long is confirmed before the answer.
UNCONFIRMED_SECONDS_MAX = 5.0


@unittest.skipUnless(IS_AVAILABLE, NEEDED)
class FreshCatalogTests(unittest.TestCase):
    def setUp(self):
        self.stack = stacks.changeable()

    def test_a_frozen_environment_wakes_with_the_catalog_published_meanwhile(self):
        before = allocate(ADS, self.stack)
        (environment,) = self.frozen_environments()
        frozen_at = time.monotonic()
        said = self.stack.publish(self.changed_catalog())
        version = before.json["catalog_version"] + 1
        self.assertIn(f"published version {version}", said)
        # Nothing can be polled here: looking would wake it.
        time.sleep(UNCONFIRMED_SECONDS_MAX + 0.5 - (time.monotonic() - frozen_at))
        self.assertTrue(environment.is_frozen)

        after = allocate(ADS, self.stack)
        self.assertIsNone(after.headers["x-lockfill-degraded"])
        self.assertEqual(after.json["catalog_version"], version)
        self.assertNotEqual(slot_of(LINE_ITEM, before)["creative"]["title"], NEW_TITLE)
        self.assertEqual(slot_of(LINE_ITEM, after)["creative"]["title"], NEW_TITLE)
        self.assertEqual(self.environments(), [environment], "it is the one that had slept")

    def environments(self) -> list[Process]:
        balancer = self.stack.children["local-alb"].process.pid
        return [process for process in descendants(balancer) if process.program == ADS]

    def frozen_environments(self) -> list[Process]:
        def find() -> list[Process]:
            found = self.environments()
            return found if all(process.is_frozen for process in found) else []

        return wait_until(find, "every idle environment is frozen")

    def changed_catalog(self):
        catalog = json.loads(DEMO_CATALOG.read_text())
        for creative in catalog["creatives"]:
            if creative["line_item_id"] == LINE_ITEM:
                creative["title"] = NEW_TITLE
        file = self.stack.folder / "changed-catalog.json"
        file.write_text(json.dumps(catalog, ensure_ascii=False))
        return file
