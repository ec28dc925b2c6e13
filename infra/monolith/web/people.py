"""The person who sent a request, and whether the person may do what it asks for."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def person_of(request: HttpRequest, *permissions: str) -> User:
    """The person. Raises PermissionDenied without one, or without one of the permissions."""
    user = request.user
    if not isinstance(user, User) or not user.has_perms(permissions):
        raise PermissionDenied
    return user
