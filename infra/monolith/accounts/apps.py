from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user accounts of the admin, which Django's own `auth` app stores."""

    name = "accounts"

    def ready(self) -> None:
        from django.contrib import admin

        from accounts.login_form import LimitedAuthenticationForm

        admin.site.login_form = LimitedAuthenticationForm
