"""The language of the admin: chosen on any page, and kept for each person.

A person who has logged in has it in the session, which a login fills from the stored preference, so
that no page asks the database for it. Before the login it is in Django's cookie of the language.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import translation

from accounts.models import Preference

SESSION_KEY = "language"


def is_known(language: str) -> bool:
    return any(language == code for code, _name in settings.LANGUAGES)


def keep(request: HttpRequest, language: str) -> None:
    """Keeps a known language for the person of a request, if there is one."""
    if isinstance(request.user, User):
        Preference.objects.update_or_create(user=request.user, defaults={"language": language})
        request.session[SESSION_KEY] = language


def recall(*, request: HttpRequest, user: User, **_options: Any) -> None:
    """Fills the session at a login."""
    preference = Preference.objects.filter(user=user).first()
    if preference is not None:
        request.session[SESSION_KEY] = preference.language


def activate(request: HttpRequest) -> None:
    """Has the rest of a request in the person's language, if one is kept."""
    language = request.session.get(SESSION_KEY, "")
    if is_known(language):
        translation.activate(language)
        request.__dict__["LANGUAGE_CODE"] = language
