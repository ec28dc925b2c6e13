"""The operators who may publish."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

PUBLISH = "publishing.publish_catalog"


def publisher_of(request: HttpRequest, permission: str = PUBLISH) -> User:
    """The user of a request. Raises PermissionDenied unless that is an operator with the permission."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user
