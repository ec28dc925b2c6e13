"""The login form of the admin, which limits guesses."""

from http import HTTPStatus
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.guesses import GuessRefused, guess
from web.client_address import client_network


class LimitedAuthenticationForm(AdminAuthenticationForm):
    # What LoginStatusMiddleware makes of the response.
    refused_status: HTTPStatus | None = None
    retry_after_seconds: int | None = None

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if self.request is None or username is None or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            with guess(username, client_network(self.request), timezone.now()):
                return super().clean()
        except GuessRefused as refused:
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS, refused.retry_after_seconds)
            message = _("There were too many attempts to log in. Try again later.")
            raise ValidationError(message, code="too_many_attempts") from None
        except ValidationError:
            self._refuse(HTTPStatus.FORBIDDEN, None)
            raise

    def _refuse(self, status: HTTPStatus, retry_after_seconds: int | None) -> None:
        self.refused_status, self.retry_after_seconds = status, retry_after_seconds
