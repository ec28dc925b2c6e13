"""The header that names what was missing while answering."""

from django.http import HttpResponse


def mark_degraded(
    response: HttpResponse,
    *,
    redis: bool = False,
    catalog: bool = False,
    ledger: bool = False,
    gates: bool = False,
) -> HttpResponse:
    """Adds the header if anything was missing: the user's state, a confirmed catalog, the ledger, a
    confirmed table of gates.
    """
    missing = [("redis", redis), ("catalog", catalog), ("ledger", ledger), ("gates", gates)]
    if names := ", ".join(name for name, is_missing in missing if is_missing):
        response.headers["x-lockfill-degraded"] = names
    return response
