"""The problem documents that allocation alone has."""

from http import HTTPStatus

from web import problems
from web.problems import Problem


def not_configured() -> Problem:
    detail = "Allocation is not configured here: LOCKFILL_SIGNING_KEYS and others are not set."
    return problems.from_status(HTTPStatus.SERVICE_UNAVAILABLE, detail)


def events_not_configured() -> Problem:
    detail = "Events are not configured here: LOCKFILL_EVENTS_TABLE and others are not set."
    return problems.from_status(HTTPStatus.SERVICE_UNAVAILABLE, detail)


def debugging_unauthorized() -> Problem:
    detail = "The parameters explain and now need the debug token as a bearer token."
    headers = {"www-authenticate": "Bearer"}
    return problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **headers)


def origin_not_allowed() -> Problem:
    detail = "No published unit lists this origin."
    return Problem(HTTPStatus.FORBIDDEN, "origin-not-allowed", "Origin not allowed", detail)


def unknown_unit() -> Problem:
    detail = "No unit of the published catalog has this unit_id."
    return Problem(HTTPStatus.NOT_FOUND, "unknown-unit", "Unknown unit", detail)


def catalog_unavailable() -> Problem:
    detail = "No catalog could be loaded yet. Try again in a second."
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "catalog-unavailable",
        "Catalog unavailable",
        detail,
        headers={"retry-after": "1"},
    )


def invalid_token() -> Problem:
    detail = "The token in the path is not one that was handed out here."
    return Problem(HTTPStatus.BAD_REQUEST, "invalid-token", "Invalid token", detail)


def expired_token() -> Problem:
    detail = "The token in the path is too old to be counted."
    return Problem(HTTPStatus.GONE, "expired-token", "Expired token", detail)


def no_landing_page() -> Problem:
    detail = "What this link led to is no longer published."
    return Problem(HTTPStatus.GONE, "no-landing-page", "No landing page", detail)


def ledger_unavailable() -> Problem:
    detail = "The event could not be recorded. Send it again in some seconds."
    return Problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "ledger-unavailable",
        "Ledger unavailable",
        detail,
        headers={"retry-after": "5"},
    )
