"""The answer to an allocation request: fixed keys in fixed order, no floating-point number."""

import json
from collections.abc import Sequence

from allocation.catalog.entities import Content, Creative, LineItem
from allocation.decision.decide import Decision
from allocation.decision.explain.items import Explained
from allocation.decision.slot import AdSlot, ContentSlot, Slot
from allocation.models.time.epoch_seconds import format_instant


def allocation_document(
    *,
    request_id: str,
    catalog_version: int,
    decision: Decision,
    tokens: Sequence[str] | None,
    link_base: str,
) -> str:
    """The document as JSON; without tokens there are no links, and without explanations none."""
    links = [""] * len(decision.slots)
    if tokens is not None:
        links = [f',"tracking":{_tracking(token, link_base)}' for token in tokens]
    slots = ",".join(
        f'{{"position":{position},{_held(slot)}{link}}}'
        for position, (slot, link) in enumerate(zip(decision.slots, links, strict=True), start=1)
    )
    explained = ""
    if decision.explained is not None:
        # In the order of their ids: a client finds one without knowing the order of the catalog.
        by_id = sorted(decision.explained, key=lambda one: one.item_id)
        explained = f',"explain":{_json([_explained(one) for one in by_id])}'
        explained += f',"explain_rules":{_json(decision.rejections.by_name())}'
    return (
        f'{{"request_id":"{request_id}","catalog_version":{catalog_version}'
        f',"valid_until":"{format_instant(decision.valid_until)}"'
        f',"next_request_at":"{format_instant(decision.next_request_at)}"'
        f',"slots":[{slots}],"no_fill_reason":{_json(decision.no_fill_reason)}{explained}}}'
    )


def _held(slot: Slot) -> str:
    show = f'"show_from":"{format_instant(slot.show[0])}","show_until":"{format_instant(slot.show[1])}"'
    if isinstance(slot, ContentSlot):
        return f"{_content(slot.item)},{show}"
    return f"{_creative(slot)},{show},{_limits(slot.item)}"


def _creative(slot: AdSlot) -> str:
    item, creative = slot.item, slot.creative
    campaign = item.campaign
    return _members(
        kind="ad",
        id=item.id,
        campaign_id=campaign.id,
        advertiser_id=campaign.advertiser.id,
        creative=_seen(creative),
    )


def _seen(creative: Creative) -> dict[str, str]:
    return {
        "id": creative.id,
        "image_url": creative.image_url,
        "title": creative.title,
        "body": creative.body,
        "call_to_action": creative.call_to_action,
    }


def _limits(item: LineItem) -> str:
    return _members(
        caps=[cap._asdict() for cap in item.caps],
        minimum_interval_seconds=item.minimum_interval_seconds,
    )


def _content(content: Content) -> str:
    return _members(
        kind="content",
        id=content.id,
        channel_id=content.channel_id,
        title=content.title,
        image_url=content.image_url,
        published_at=format_instant(content.published_at),
    )


def _tracking(token: str, link_base: str) -> str:
    # Both are visible ASCII without anything that JSON would escape.
    return (
        f'{{"impression_url":"{link_base}/api/v1/events/impression/{token}"'
        f',"click_url":"{link_base}/api/v1/events/click/{token}"}}'
    )


def _explained(explained: Explained) -> dict[str, object]:
    rejection, finding = explained.rejection, explained.finding
    document: dict[str, object] = {
        "id": explained.item_id,
        "rule": rejection.rule,
        "wanted": finding.wanted,
        "found": finding.found,
    }
    if rejection.scope is not None:
        document["cap"] = {"scope": rejection.scope, "window": rejection.window}
    return document


def _members(**members: object) -> str:
    """Members of an object, without its braces."""
    return _json(members)[1:-1]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
