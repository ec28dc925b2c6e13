"""`Authorization: Bearer TOKEN`: which device asks."""

from http import HTTPStatus

from django.http import HttpRequest

from members.models import MemberDevice
from members.selectors import get_device_of_token, is_registered
from members.tokens import parse_token
from web import problems
from web.problems import ProblemError


def require_device(request: HttpRequest) -> MemberDevice:
    """The device whose token the request bears, with its member; a 401 without one."""
    device = _device_of(request)
    if device is None:
        raise unauthorized()
    return device


def require_device_or_stranger(request: HttpRequest, device_id: str) -> None:
    """Lets a registered device be spoken for by its own token alone.

    Devices of apps older than registration have no token, and are let through as ever.
    """
    device = _device_of(request)
    is_itself = device is not None and device.device_id == device_id
    if not is_itself and is_registered(device_id):
        raise unauthorized()


def unauthorized() -> ProblemError:
    detail = "Send the token of this device as Authorization: Bearer TOKEN."
    challenge = {"www-authenticate": 'Bearer realm="lockfill"'}
    return ProblemError(problems.from_status(HTTPStatus.UNAUTHORIZED, detail, **challenge))


def _device_of(request: HttpRequest) -> MemberDevice | None:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    token = parse_token(credentials.strip()) if scheme.lower() == "bearer" else None
    return get_device_of_token(token) if token else None
