"""How often one address or one phone may write what needs no token.

No limit counts an ID that a client states: attempts for another's ID would block its owner.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from limits.services import Limit, LimitExceeded, Subject, count_attempt, take_back_attempt
from web import problems
from web.client_address import client_network
from web.problems import ProblemError

# A phone registers once, and repeats a registration whose response it never received. The
# idempotency key, which is random, tells its registration from all others that state its ID.
PER_REGISTRATION = Limit("registration-device", 10, 60 * 60)
# Of one address, which may be that of thousands of phones of a mobile network. Proofs that hold count
# for their key alone. The signatures of 600 wrong ones took 50 ms of a processor.
WRONG_PROOFS_PER_MINUTE = 600
# A phone renews its token after it lost it, and pairs or revokes phones now and then.
PER_KEY = Limit("proof-key", 60, 60 * 60)


def require_registration_allowed(request: HttpRequest, idempotency_key: str) -> None:
    """Raises a 429 problem."""
    _require([_of_address("registration-address", request), Subject(PER_REGISTRATION, idempotency_key)])


@contextmanager
def proof_attempt(request: HttpRequest) -> Iterator[None]:
    """Around the check of a proof, which counts unless the block ends without an exception.

    It counts before the check, so that attempts at the same moment count too. Raises a 429 problem.
    """
    subject = Subject(Limit("proof-address", WRONG_PROOFS_PER_MINUTE, 60), client_network(request))
    now = timezone.now()
    _require([subject])
    yield
    take_back_attempt(subject, now)


def require_key_allowed(key_id: str) -> None:
    """For a key that a phone has proven to have. Raises a 429 problem."""
    _require([Subject(PER_KEY, key_id)])


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
