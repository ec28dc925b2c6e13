"""Counts an event in a user's hash in Redis, by the functions' own script.

`count.lua` says what it counts; `redis_state` says which fields the hash has.
"""

import hashlib
from pathlib import Path

import redis

from allocation.dao.events import EventRecord
from allocation.dao.redis_client import Client
from allocation.dao.redis_lend import loans_key
from allocation.models.event import IMPRESSION
from kernel.redis_known import known_key, slot_of

# A state expires so long after the last event of a user who has come back. Only lifetime caps reach further.
_STATE_SECONDS = 90 * 24 * 3_600
# How many keys the script has.
_KEYS = 5
_FIELDS_MAX = 512
_FIELDS_KEPT = 448
_SCRIPT = (Path(__file__).parent / "count.lua").read_text("utf-8")
# The name under which a server keeps the script.
_SCRIPT_NAME = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


def state_key(user_key: str) -> str:
    """The key of a user's hash. Braces keep all keys of a user on one node of a cluster."""
    return f"lockfill:{{{user_key}}}:state"


def count(client: Client, event: EventRecord) -> bool:
    """Whether this call counted the event; False if an earlier one did."""
    marker = f"lockfill:{{{event.user_key}}}:{event.kind}:{event.slot_key}"
    arguments: list[str | int] = [
        state_key(event.user_key),
        marker,
        known_key(slot_of(event.user_key)),
        # What is counted while the user's history is not known.
        f"lockfill:{{{event.user_key}}}:unknown",
        # A slot that was shown is lent no more.
        loans_key(event.user_key),
        # Redis refuses a marker that lives for no time.
        max(event.repeatable_for_seconds, 1),
        _STATE_SECONDS,
        event.occurred_at,
        *event.buckets,
        *event.arrived,
        _FIELDS_MAX,
        _FIELDS_KEPT,
        *_fields(event),
    ]
    try:
        return client.evalsha(_SCRIPT_NAME, _KEYS, *arguments) == 1
    except redis.exceptions.NoScriptError:
        # The server keeps it from then on.
        return client.eval(_SCRIPT, _KEYS, *arguments) == 1


def _fields(event: EventRecord) -> list[str]:
    """The fields of the hash in which an event is counted."""
    item = event.item
    if event.kind != IMPRESSION:
        return [f"k:{item.id}"]
    if item.owners is None:
        return [f"t:{item.id}"]
    return [f"l:{item.id}", f"c:{item.owners.campaign_id}", f"a:{item.owners.advertiser_id}"]
