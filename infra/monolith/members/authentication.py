"""`Authorization: Bearer TOKEN`: the device that sends a request."""

from http import HTTPStatus

from django.http import HttpRequest

from members.models import MemberDevice
from members.selectors import get_device_of_token, is_registered
from members.tokens import parse_token
from web import problems
from web.problems import ProblemError


def require_device(request: HttpRequest) -> MemberDevice:
    """The device whose token the request bears, with its member. Raises a 401 problem."""
    device = _device_of(request)
    if device is None:
        raise unauthorized()
    return device


def require_own_token_if_registered(request: HttpRequest, device_id: str) -> None:
    """Raises a 401 problem unless the request bears the token of this device.

    A device that never registered has no token, and needs none: apps that are older than
    registration keep working.
    """
    device = _device_of(request)
    is_own_token = device is not None and device.device_id == device_id
    if not is_own_token and is_registered(device_id):
        raise unauthorized()


def unauthorized() -> ProblemError:
    detail = "Send the token of this device as Authorization: Bearer TOKEN."
    challenge = {"www-authenticate": 'Bearer realm="lockfill"'}
    return ProblemError(problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **challenge))


def _device_of(request: HttpRequest) -> MemberDevice | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = parse_token(credentials.strip()) if scheme.lower() == "bearer" else None
    return get_device_of_token(token) if token else None
