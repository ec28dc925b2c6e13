"""`Authorization: Bearer TOKEN`: the device that sends a request."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest

from members.models import MemberDevice
from members.proof_policy import REQUIRE
from members.selectors import get_device_of_token
from members.tokens import parse_token
from web import problems
from web.problems import ProblemError


def require_device(request: HttpRequest) -> MemberDevice:
    """The device whose token the request bears, with its member. Raises a 401 problem."""
    device = _device_of(request)
    if device is None:
        raise unauthorized()
    return device


def device_of_own_token(request: HttpRequest, device_id: str) -> MemberDevice | None:
    """The registered device of the token, which must have stated this device ID.

    None for a request without the header: it is of a phone that never registered, which the
    operator can refuse. Raises a 401 problem.
    """
    if "authorization" in request.headers:
        device = require_device(request)
        if device.device_id != device_id:
            raise unauthorized()
        return device
    if settings.PROOF_OF_POSSESSION == REQUIRE:
        raise unauthorized()
    return None


def unauthorized() -> ProblemError:
    detail = "Send the token of this device as Authorization: Bearer TOKEN."
    challenge = {"www-authenticate": 'Bearer realm="lockfill"'}
    return ProblemError(problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **challenge))


def _device_of(request: HttpRequest) -> MemberDevice | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = parse_token(credentials.strip()) if scheme.lower() == "bearer" else None
    return get_device_of_token(token) if token else None
