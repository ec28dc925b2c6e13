"""Names of answers."""

import os
import uuid


def new_request_id(now_ns: int) -> str:
    """A UUID of version 7 (RFC 9562) for an instant, in nanoseconds since 1970: milliseconds first,
    so that ids sort by their time.
    """
    milliseconds = now_ns // 1_000_000
    value = milliseconds << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(uuid.UUID(int=value))
