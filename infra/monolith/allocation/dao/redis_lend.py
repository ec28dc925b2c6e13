"""Notes in Redis what a device was lent, by the functions' own script: `lend.lua`."""

import hashlib
from pathlib import Path
from typing import cast

import redis

from allocation.dao.loans import Lending
from allocation.dao.redis_client import Client

_SCRIPT = (Path(__file__).parent / "lend.lua").read_text("utf-8")
# The name under which a server keeps the script.
_SCRIPT_NAME = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


def loans_key(user_key: str) -> str:
    """The key of what a user's devices were lent."""
    return f"lockfill:{{{user_key}}}:loans"


def lend(client: Client, user_key: str, lending: Lending) -> list[str]:
    """The ids of the line items that other borrowers have, as `LoanStore` says."""
    arguments: list[str | int] = [
        loans_key(user_key),
        f"{lending.borrower:016x}",
        lending.now,
        int(lending.is_noted),
    ]
    for loan in lending.loans:
        arguments += loan
    try:
        found = client.evalsha(_SCRIPT_NAME, 1, *arguments)
    except redis.exceptions.NoScriptError:
        # The server keeps it from then on.
        found = client.eval(_SCRIPT, 1, *arguments)
    # Clients that decode would return texts; these do not.
    return [text.decode() for text in cast("list[bytes]", found)]
