"""The table of gates as bytes; `functions/shared/models/src/pacing_codec.rs` has the layout.

Vectors: `tests/fixtures/vectors/gates.json`.
"""

import struct
from itertools import pairwise

from allocation.models.arithmetic import PPM
from allocation.models.pacing import Gate, Gates
from allocation.models.time.epoch_seconds import INSTANT_MAX

# The most bytes of a table: 800,000 gates.
GATES_BYTES_MAX = 16 * 1024 * 1024

_HEAD = struct.Struct("<4sQqII")
_CAMPAIGN = struct.Struct("<Q")
_GATE = struct.Struct("<QIII")
_MAGIC = b"LKG1"
_SPENT = 1


def encode_gates(gates: Gates) -> bytes:
    campaigns, items = sorted(gates.spent_campaigns), sorted(gates.items.items())
    head = _HEAD.pack(_MAGIC, gates.version, gates.made_at, len(campaigns), len(items))
    rows = [_CAMPAIGN.pack(campaign) for campaign in campaigns]
    rows += [
        _GATE.pack(item, gate.open_ppm, gate.closes_at, _SPENT if gate.is_spent else 0)
        for item, gate in items
    ]
    return b"".join([head, *rows])


def decode_gates(data: bytes) -> Gates:
    """Reads a table. Raises ValueError if the bytes are not exactly what is written."""
    if len(data) < _HEAD.size or not data.startswith(_MAGIC):
        raise ValueError("a table of gates begins with LKG1 and has a head of 28 bytes")
    _, version, made_at, campaign_count, item_count = _HEAD.unpack_from(data)
    first_item = _HEAD.size + campaign_count * _CAMPAIGN.size
    if len(data) > GATES_BYTES_MAX or len(data) != first_item + item_count * _GATE.size:
        raise ValueError("a table of gates has another length than its head says, or more than 16 MiB")
    if not 0 <= made_at <= INSTANT_MAX:
        raise ValueError("a table of gates was made before 1970 or after 9999")
    campaigns = [campaign for (campaign,) in _CAMPAIGN.iter_unpack(data[_HEAD.size : first_item])]
    rows = list(_GATE.iter_unpack(data[first_item:]))
    hashes = [row[0] for row in rows]
    if any(one >= other for ids in (campaigns, hashes) for one, other in pairwise(ids)):
        raise ValueError("the hashes of a table of gates are not ascending")
    if any(row[1] > PPM for row in rows):
        raise ValueError("a gate is open to more than 1,000,000 ppm")
    if any(row[3] & ~_SPENT for row in rows):
        raise ValueError("a gate has an unknown flag")
    items = {item: Gate(open_ppm, closes_at, bool(flags)) for item, open_ppm, closes_at, flags in rows}
    return Gates(version, made_at, campaigns, items)
