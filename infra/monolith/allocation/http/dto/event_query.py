"""What a request of a tracking link says besides its token."""

import re
from typing import NamedTuple

from django.http import HttpRequest

from allocation.http.dto.reading import query_pairs
from allocation.services.client_address import forwarded_address
from allocation.services.validity import Sender

_AT = "at"
_SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)
# The headers by which browsers say that they follow a link before a person does, and what they then have.
# Source: https://wicg.github.io/nav-speculation/prefetch.html#sec-purpose-header; the others are of before.
_PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")
_PREFETCH_WORDS = ("prefetch", "prerender")


class ReportedTime(NamedTuple):
    """When the event happened, as the device says."""

    # In epoch seconds; None where the device says nothing, or nothing that can be read.
    at: int | None
    is_ignored: bool


def reported_time(request: HttpRequest) -> ReportedTime:
    """The last of several values counts, as of every parameter."""
    values = [value for name, value in query_pairs(request) if name == _AT]
    if not values:
        return ReportedTime(None, is_ignored=False)
    at = epoch_seconds(values[-1])
    return ReportedTime(at, is_ignored=at is None or len(values) > 1)


def epoch_seconds(text: str) -> int | None:
    """The number of seconds that a text is; None for any other text."""
    return int(text) if _SECONDS.fullmatch(text) else None


def sender(request: HttpRequest) -> Sender:
    """The program that sent a request."""
    purposes = [request.META.get(name, "").lower() for name in _PREFETCH_HEADERS]
    is_prefetch = any(word in purpose for purpose in purposes for word in _PREFETCH_WORDS)
    address = forwarded_address(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return Sender(request.META.get("HTTP_USER_AGENT", ""), is_prefetch, address)
