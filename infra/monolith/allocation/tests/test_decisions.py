"""Every decision in `tests/fixtures/decisions`, over the index and over the plain scan."""

from typing import Any

from django.test import RequestFactory, SimpleTestCase

from allocation.catalog.catalog import Catalog
from allocation.decision.context import Inputs
from allocation.decision.decide import Decision, decide
from allocation.decision.explain.bounded import Explain, bounded
from allocation.decision.explain.finding import Finding
from allocation.decision.explain.items import Explained
from allocation.decision.place_index import PlaceIndex
from allocation.decision.rejection import Rejection
from allocation.decision.slot import AdSlot
from allocation.http.dto.allocation_request import parse_request
from allocation.http.dto.reading import read_parameters
from allocation.models.device_report import add_report
from allocation.models.draw import id_hash
from allocation.models.pacing import NEVER_CLOSES, Gate, Gates
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import floor_to_minute, format_instant, parse_instant
from allocation.models.time.windows import buckets_at
from allocation.models.time.zones import Zone, parse_zone
from allocation.models.user_state import STORED, UNKNOWN, History, UserState, WindowCount
from allocation.tests.fixtures import FIXTURES, compile_document, patched_document, read_fixture


class GoldenDecisions(SimpleTestCase):
    maxDiff = None

    def test_every_golden_decision_comes_out_as_it_is_written(self) -> None:
        files = sorted((FIXTURES / "decisions").glob("*.json"))
        self.assertGreaterEqual(len(files), 150)
        for file in files:
            fixture = read_fixture(file)
            catalog = compile_document(patched_document(fixture["catalog"]))
            with self.subTest(file.stem):
                inputs, index = _inputs(fixture, catalog), PlaceIndex(catalog)
                explained = decide(fixture["kind"], inputs, index, explains=True)
                self.assertEqual(_outcome(explained, fixture), fixture["expect"])
                indexed = decide(fixture["kind"], inputs, index)
                self.assertEqual(indexed.slots, explained.slots)
                self.assertEqual(indexed.next_request_at, explained.next_request_at)
                self.assertEqual(indexed.no_fill_reason, explained.no_fill_reason)


def _gates(rows: dict[str, Any]) -> Gates:
    open_ppm, closes_at = rows.get("open_ppm", {}), rows.get("closes_at", {})
    spent = rows.get("spent_line_items", [])
    items = {
        id_hash(item): Gate(
            open_ppm.get(item, 1_000_000),
            parse_instant(closes_at[item]) if item in closes_at else NEVER_CLOSES,
            item in spent,
        )
        for item in {*open_ppm, *closes_at, *spent}
    }
    return Gates(1, 0, map(id_hash, rows.get("spent_campaigns", [])), items)


def _inputs(fixture: dict[str, Any], catalog: Catalog) -> Inputs:
    now = parse_instant(fixture["now"])
    request = RequestFactory().post("/", fixture["request"], content_type="application/json")
    query = parse_request(read_parameters(request), now).query
    unit = catalog.units[query.unit_id]
    return Inputs(
        catalog=catalog,
        unit=unit,
        query=query,
        state=_state(fixture, catalog, query, query.zone or unit.zone, floor_to_minute(now)),
        gates=_gates(fixture.get("gates", {})),
        now=now,
    )


def _state(fixture: dict[str, Any], catalog: Catalog, query: Query, zone: Zone, now: int) -> UserState:
    source = fixture["user_state_source"]
    state = _stored(fixture, zone, now) if source == STORED else UserState(UNKNOWN)
    if query.shown is not None:
        add_report(state, query.shown, now, zone, catalog.owner_of)
    assert state.source == source, "where the history comes from"
    return state


def _stored(fixture: dict[str, Any], zone: Zone, now: int) -> UserState:
    stored = fixture["user_state"] or {}
    first_seen_at = stored.get("first_seen_at")
    contents = stored.get("contents", {})
    return UserState(
        STORED,
        contents={key: parse_instant(at) for key, at in contents.items()},
        first_seen_at=first_seen_at and parse_instant(first_seen_at),
        **{
            name: {key: _history(row, zone, now) for key, row in stored.get(name, {}).items()}
            for name in ("line_items", "campaigns", "advertisers")
        },
    )


def _history(row: dict[str, Any], zone: Zone, now: int) -> History:
    counted_at = parse_instant(row["counted_at"]) if row.get("counted_at") else now
    counted_in = parse_zone(row["counted_in"]) if "counted_in" in row else zone
    windows = buckets_at(counted_at, counted_in)._asdict()
    counts = [WindowCount(bucket, row.get(name, 0)) for name, bucket in windows.items()]
    return History(row["lifetime"], parse_instant(row["last_shown_at"]), *counts)


def _outcome(decision: Decision, fixture: dict[str, Any]) -> dict[str, Any]:
    slots = []
    for index, slot in enumerate(decision.slots):
        kind = "ad" if isinstance(slot, AdSlot) else "content"
        outcome = {"kind": kind, "id": slot.item.id}
        wanted = fixture["expect"]["slots"]
        # Left out where the fixture does not care.
        if isinstance(slot, AdSlot) and index < len(wanted) and "creative_id" in wanted[index]:
            outcome["creative_id"] = slot.creative.id
        outcome["show_from"], outcome["show_until"] = map(format_instant, slot.show)
        slots.append(outcome)
    return {
        "slots": slots,
        "rejections": {one.item_id: one.rejection.rule for one in decision.explained or ()},
        "no_fill_reason": decision.no_fill_reason,
    }


class Bounds(SimpleTestCase):
    def test_an_answer_about_ten_thousand_items_with_long_conditions_has_less_than_a_megabyte(self) -> None:
        finding = Finding("가" * 5_000, "나" * 400)
        everything = [Explained(f"li-{n:05}", Rejection("flight"), finding) for n in reversed(range(10_000))]
        first = bounded(everything, Explain(None))
        self.assertEqual([one.item_id for one in first], [f"li-{n:05}" for n in range(200)])
        self.assertEqual(first[0].finding, ("가" * 399 + "…", "나" * 400))
        named = bounded(everything, Explain(frozenset({"li-09999", "li-00500", "ct-1"})))
        self.assertEqual([one.item_id for one in named], ["li-00500", "li-09999"])
