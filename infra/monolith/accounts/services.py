"""Writes of the admin's user accounts."""

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.db import transaction


@transaction.atomic
def ensure_superuser(*, username: str, password: str) -> bool:
    """Makes the account if it is missing, and gives it this password and every permission.

    Returns whether the account is new. Raises ValidationError for a user name or a password that
    Django rejects.
    """
    user = User.objects.filter(username=username).first()
    is_new = user is None
    user = user or User(username=username)
    user.is_active = user.is_staff = user.is_superuser = True
    # Every start of a server runs this. Setting an unchanged password would end all sessions.
    if is_new or not user.check_password(password):
        validate_password(password, user)
        user.set_password(password)
    user.full_clean()
    user.save()
    return is_new
