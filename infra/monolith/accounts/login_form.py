"""The login form of the admin, which limits guesses."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.guesses import guess
from web.client_address import client_network


class LimitedAuthenticationForm(AdminAuthenticationForm):
    # What LoginStatusMiddleware reads. Django answers a wrong password with 200 and the form.
    is_wrong = False

    def clean(self) -> dict[str, Any]:
        """Raises GuessRefused, which is no error of the form: its page would cost too much."""
        username = self.cleaned_data.get("username")
        if self.request is None or username is None or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            with guess(username, client_network(self.request), timezone.now()):
                return super().clean()
        except ValidationError:
            self.is_wrong = True
            raise
