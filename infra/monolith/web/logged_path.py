"""A request's path as the access log has it: without credentials and ids.

The id of an unregistered phone is a credential, and so is the token of a tracking link.
"""

import logging
from collections.abc import Iterable
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import ResolverMatch

_CUT = "…"
# A path that no route matched is logged up to here: `/api/v1/app/…`.
_UNROUTED_SEGMENTS_MAX = 3
# A segment without a route is a name only within these limits, which are also the local balancer's.
_NAME_LENGTH_MAX = 32
_ID_DIGITS = 4


def logged_path(path: str, match: ResolverMatch | None) -> str:
    """The path in ASCII but for `…`, which stands for each text that the route captured.

    `match` is None if no route matched, or if the request ended before Django looked for one.
    """
    segments = path.removeprefix("/").split("/")
    captured = () if match is None else (*match.args, *match.kwargs.values())
    if captured:
        private = set(_segments(captured))
        kept = [_CUT if segment in private else segment for segment in segments]
    else:
        kept = [segment if _is_name(segment) else _CUT for segment in segments]
        if match is None or _is_catch_all(match):
            rest = [_CUT] if len(kept) > _UNROUTED_SEGMENTS_MAX else []
            kept = kept[:_UNROUTED_SEGMENTS_MAX] + rest
    # The path is decoded. A client could forge a line of the log with an encoded line end.
    return "/" + "/".join(map(_quoted, kept))


def _quoted(segment: str) -> str:
    return segment if segment == _CUT else quote(segment, safe=":@!$&'()*+,;=~")


def _segments(captured: Iterable[object]) -> Iterable[str]:
    for text in captured:
        yield from str(text).split("/")


def _is_name(segment: str) -> bool:
    digits = sum(character.isdigit() for character in segment)
    return len(segment) <= _NAME_LENGTH_MAX and digits < _ID_DIGITS


def _is_catch_all(match: ResolverMatch) -> bool:
    """Whether the route is the answer to all paths that no API has."""
    return match.url_name is None


class LoggedPathFilter(logging.Filter):
    """Replaces the path in Django's own lines about a request, such as the head of a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            shown = logged_path(request.path_info, request.resolver_match)
            paths = (request.path, request.path_info, request.get_full_path())
            record.args = tuple(shown if argument in paths else argument for argument in record.args)
        return True
