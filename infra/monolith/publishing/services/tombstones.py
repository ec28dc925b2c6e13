"""Tombstones: what a version withdraws, so that the links to it work as long as they live.

A creative or a content that the served version has and the new one has not becomes a tombstone of
the new one, with the landing page and the owners that it had. What operators have blocked (malware,
the law) becomes one whose links lead nowhere.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

from adops.models import Content, Creative, Status
from allocation.models.time.epoch_seconds import parse_instant
from kernel.published.chunks import rows_of
from kernel.published.row import Row
from publishing.chunk_file import ChunkFile
from publishing.packed_rows import PackedRows
from publishing.side_by_side import Run, side_by_side

TOMBSTONE = "tombstone"
# Links are handed out for at most a day, and count for seven more.
KEPT = timedelta(days=8)
# The kinds that links lead to.
LINKED = ("creative", "content")
# SQLite takes at most about a thousand values in one statement, depending on its build.
_IDS_AT_ONCE = 500


def tombstones(served: ChunkFile, packed: PackedRows, now: datetime) -> list[Row]:
    """The tombstones of the version that is being packed, in the order of their keys, given all of
    its creatives and contents.
    """
    withdrawn: dict[str, dict[str, Any]] = {}
    kept: dict[str, dict[str, Any]] = {}
    for run in side_by_side(served.chunks(), packed.chunks()):
        if not isinstance(run, Run) or run.is_added:
            continue
        for row in run.rows():
            if row.kind == TOMBSTONE:
                kept[row.key] = json.loads(row.json)
            elif row.kind in LINKED:
                withdrawn[row.key] = _tombstone(row.kind, json.loads(row.json), now)
    _name_owners(withdrawn.values(), served)
    oldest = (now - KEPT).timestamp()
    found = {key: row for key, row in kept.items() if parse_instant(row["withdrawn_at"]) > oldest}
    found.update(withdrawn)
    _leave_out_live_ones(found, packed)
    _mark_blocked(found)
    return [
        Row(TOMBSTONE, key, json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        for key, row in sorted(found.items())
    ]


def blocked_ids() -> set[str]:
    """The ids of all creatives and contents that operators have blocked."""
    ids: set[str] = set()
    for model in (Creative, Content):
        blocked = model.objects.filter(status=Status.BLOCKED)
        ids.update(blocked.values_list("public_id", flat=True))
    return ids


def _tombstone(kind: str, row: dict[str, Any], now: datetime) -> dict[str, Any]:
    at = now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    owner = {"line_item_id": row["line_item_id"]} if kind == "creative" else {}
    return {"id": row["id"], "kind": kind, "landing_url": row["landing_url"], **owner, "withdrawn_at": at}


def _name_owners(withdrawn: Iterable[dict[str, Any]], served: ChunkFile) -> None:
    """Adds campaigns and advertisers, as the served version has them."""
    creatives = [row for row in withdrawn if "line_item_id" in row]
    campaigns = _members(served, "line_item", {row["line_item_id"] for row in creatives}, "campaign_id")
    advertisers = _members(served, "campaign", set(campaigns.values()), "advertiser_id")
    for row in creatives:
        if campaign := campaigns.get(row["line_item_id"]):
            row["campaign_id"] = campaign
            if advertiser := advertisers.get(campaign):
                row["advertiser_id"] = advertiser


def _members(served: ChunkFile, kind: str, keys: set[str], member: str) -> dict[str, str]:
    """A member of the rows with these keys, by key."""
    if not keys:
        return {}
    rows = (row for chunk in served.chunks() for row in rows_of(chunk))
    return {row.key: json.loads(row.json)[member] for row in rows if row.kind == kind and row.key in keys}


def _leave_out_live_ones(found: dict[str, dict[str, Any]], packed: PackedRows) -> None:
    if found:
        for chunk in packed.chunks():
            for row in rows_of(chunk):
                if row.kind in LINKED:
                    found.pop(row.key, None)


def _mark_blocked(found: dict[str, dict[str, Any]]) -> None:
    """Says which are blocked, as the database has it. One that was deleted stays as it was."""
    ids = list(found)
    for start in range(0, len(ids), _IDS_AT_ONCE):
        for model in (Creative, Content):
            rows = model.objects.filter(public_id__in=ids[start : start + _IDS_AT_ONCE])
            for key, status in rows.values_list("public_id", "status"):
                found[key].pop("blocked", None)
                if status == Status.BLOCKED:
                    found[key]["blocked"] = True
