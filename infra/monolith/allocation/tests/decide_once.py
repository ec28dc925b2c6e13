"""One decision of ads, for a process of its own: a catalog and the parameters of a request on its
standard input, the outcome on its standard output, both in JSON.
"""

import json
import sys
from typing import Any

from allocation.catalog.compile.compile import compile_catalog
from allocation.catalog.rows import read_row
from allocation.decision.context import Inputs
from allocation.decision.decide import decide
from allocation.decision.place_index import PlaceIndex
from allocation.http.dto.allocation_request import parse_request
from allocation.http.dto.parameters import Parameters
from allocation.models.pacing import OPEN_GATES
from allocation.models.user_state import STORED, UserState
from kernel.kinds import KINDS


def outcome_of(given: dict[str, Any]) -> dict[str, Any]:
    rows = {
        kind.name: [read_row(kind.name, row) for row in given["catalog"].get(kind.field, [])]
        for kind in KINDS
    }
    catalog = compile_catalog(1, rows)
    query = parse_request(Parameters(given["parameters"]), given["now"]).query
    unit = catalog.units[query.unit_id]
    inputs = Inputs(catalog, unit, query, UserState(STORED), OPEN_GATES, given["now"])
    index = PlaceIndex(catalog)
    explained = decide("ads", inputs, index, explains=True)
    return {
        "shown": [slot.item.id for slot in decide("ads", inputs, index).slots],
        "shown_by_scan": [slot.item.id for slot in explained.slots],
        "rejected": {one.item_id: [one.rejection.rule, *one.finding] for one in explained.explained or ()},
    }


if __name__ == "__main__":
    json.dump(outcome_of(json.load(sys.stdin)), sys.stdout)
