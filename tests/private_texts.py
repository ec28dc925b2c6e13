"""What stands in no log of a stack: ids of users and devices, tokens, secrets, query strings."""

import re

from lockfill import local_secrets
from lockfill.stack import Stack

# The ids that tests give their users and devices, and the form of a tracking link's token: key id, payload
# (the beginning of a JSON object in base64), tag.
_PATTERNS = {
    "the id of a user or device": re.compile(
        r"(?:user|device|phone)-(?:of-)?(?:user-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}"
    ),
    "a tracking token": re.compile(r"[A-Za-z0-9_-]{1,16}\.eyJ[A-Za-z0-9_-]{16,}"),
    "a parameter of a query": re.compile(r"[?&](?:unit_id|user_id|lat|lon|token|secret)="),
    "a header with a credential": re.compile(r"(?i)authorization: *\S|bearer +[A-Za-z0-9]"),
}
# Texts that tests were given by a running stack, such as the token of a registered phone.
_given: set[str] = set()


def remember(text: str) -> None:
    """No log may hold this text. Short ones are no secrets, and may stand anywhere by chance."""
    if len(text) >= 16:
        _given.add(text)


def leaks(stack: Stack) -> list[str]:
    """What the logs of a stack hold and must not: kind, log and number of the line, never the text itself."""
    secrets = {*local_secrets.all_of_them(), *_given}
    found = []
    for log in sorted(stack.logs.glob("*.log")):
        for number, line in enumerate(log.read_text(errors="replace").splitlines(), 1):
            kinds = [kind for kind, pattern in _PATTERNS.items() if pattern.search(line)]
            if any(secret in line for secret in secrets):
                kinds.append("a secret of the run")
            found += [f"{kind} in {log.name}:{number}" for kind in kinds]
    return found
