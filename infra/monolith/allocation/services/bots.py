"""Which user agents are those of crawlers, link scanners and HTTP libraries.

The list is the functions' own, `bots.json`: plain texts, whose letter case counts. Vectors:
`tests/fixtures/vectors/bots.json`.
"""

import json
from functools import lru_cache
from pathlib import Path

_LIST = json.loads((Path(__file__).parent / "bots.json").read_text("utf-8"))
_BEGINS, _ENDS = tuple(_LIST["begins"]), tuple(_LIST["ends"])
_KEY_LENGTH = min(len(text) for text in _LIST["contains"])
# By how they begin, so that a place in a user agent is compared with few of them.
_CONTAINS: dict[str, tuple[str, ...]] = {}
for _text in _LIST["contains"]:
    _key = _text[:_KEY_LENGTH]
    _CONTAINS[_key] = (*_CONTAINS.get(_key, ()), _text)
# A longer text is looked at each time, so that what is remembered stays small.
_REMEMBERED_LENGTH_MAX = 512


def is_bot(user_agent: str) -> bool:
    """An empty text is no bot's: apps send none."""
    if len(user_agent) <= _REMEMBERED_LENGTH_MAX:
        return _remembered(user_agent)
    return _is_listed(user_agent)


@lru_cache(maxsize=1_024)
def _remembered(user_agent: str) -> bool:
    return _is_listed(user_agent)


def _is_listed(user_agent: str) -> bool:
    if user_agent.startswith(_BEGINS) or user_agent.endswith(_ENDS):
        return True
    for at in range(len(user_agent) - _KEY_LENGTH + 1):
        texts = _CONTAINS.get(user_agent[at : at + _KEY_LENGTH])
        # All of them in one call.
        if texts is not None and user_agent.startswith(texts, at):
            return True
    return False
