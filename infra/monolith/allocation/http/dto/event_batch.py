"""The body of a batch of events, and the document that answers it."""

from collections.abc import Sequence

from django.http import HttpRequest

from allocation.http.dto.event_query import epoch_seconds
from allocation.http.dto.json_body import body_text, not_an_object
from allocation.http.dto.json_object import Members, number_text, read_object, string_text
from allocation.http.dto.json_syntax import NotAnObjectError
from allocation.models.event import EVENT_KINDS
from allocation.services.events import LEDGER_UNAVAILABLE, NO_LANDING_PAGE, Outcome, Report
from web import problems
from web.problems import FieldError, ProblemError

EVENTS_MAX = 100
BODY_BYTES_MAX = 64 * 1024
_TOO_LARGE = "The body of a batch must be at most 64 KiB."
# A problem names no more mistakes, so that a hostile batch has a small answer.
_ERRORS_MAX = 20
# The array of events, the event, and its members.
_DEPTH = 3


def read_batch(request: HttpRequest) -> list[Report]:
    """Raises ProblemError with what is wrong with the events."""
    try:
        members = read_object(body_text(request, BODY_BYTES_MAX, _TOO_LARGE), depth=_DEPTH)
    except NotAnObjectError as error:
        raise ProblemError(not_an_object(error)) from None
    events = dict(members).get("events")
    if not isinstance(events, list) or isinstance(events, Members) or not 1 <= len(events) <= EVENTS_MAX:
        wanted = f"must be an array of 1 to {EVENTS_MAX} events"
        raise ProblemError(problems.invalid_parameters([FieldError("events", wanted)]))
    errors: list[FieldError] = []
    reports = [_report(f"events[{index}]", event, errors) for index, event in enumerate(events)]
    if errors:
        raise ProblemError(problems.invalid_parameters(errors[:_ERRORS_MAX]))
    return reports


def _report(name: str, event: object, errors: list[FieldError]) -> Report:
    """The report of an event. What is wrong with it is added to the errors."""
    if not isinstance(event, Members):
        errors.append(FieldError(name, "must be an object"))
        return Report("", "")
    members = dict(event)
    token, kind = (string_text(members.get(field)) for field in ("token", "kind"))
    if token is None:
        errors.append(FieldError(f"{name}.token", "must be a string"))
    if kind not in EVENT_KINDS:
        errors.append(FieldError(f"{name}.kind", f"must be {' or '.join(EVENT_KINDS)}"))
    at_text = number_text(members.get("at")) or ""
    # JSON writes zero in two ways.
    at = 0 if at_text == "-0" else epoch_seconds(at_text)
    # No mistake, as in a link: the device would send the same batch again and again.
    is_at_ignored = at is None and members.get("at") is not None
    return Report(kind or "", token or "", at, is_at_ignored)


def batch_document(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """What became of each event, in order."""
    return {"results": [_result(outcome) for outcome in outcomes]}


def _result(outcome: Outcome) -> dict[str, str]:
    result = {"recorded": outcome.recorded or "refused"}
    if (problem := reason(outcome)) is not None:
        result["problem"] = problem
    if outcome.is_at_ignored:
        result["ignored"] = "at"
    return result


def reason(outcome: Outcome) -> str | None:
    """Why an event of a batch is refused, or could not be recorded."""
    if outcome.is_ledger_missing:
        return LEDGER_UNAVAILABLE
    # A batch leads nowhere.
    return None if outcome.problem == NO_LANDING_PAGE else outcome.problem
