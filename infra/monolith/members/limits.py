"""How often one address or one device may write what needs no token."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from limits.services import Limit, LimitExceeded, Subject, count_attempt
from web import problems
from web.client_address import client_network
from web.problems import ProblemError

# A phone registers once, and repeats a registration whose response it never received.
PER_DEVICE = Limit("registration-device", 10, 60 * 60)


def require_registration_allowed(request: HttpRequest, device_id: str) -> None:
    """Raises a 429 problem."""
    _require([_of_address("registration-address", request), Subject(PER_DEVICE, device_id)])


def require_new_device_allowed(request: HttpRequest) -> None:
    """For the first settings of a device. Raises a 429 problem."""
    _require([_of_address("settings-address", request)])


def _of_address(name: str, request: HttpRequest) -> Subject:
    return Subject(Limit(name, settings.NEW_DEVICES_PER_MINUTE, 60), client_network(request))


def _require(subjects: list[Subject]) -> None:
    try:
        count_attempt(subjects, timezone.now())
    except LimitExceeded as exceeded:
        problem = problems.too_many_requests(exceeded.retry_after_seconds)
        raise ProblemError(problem) from None
