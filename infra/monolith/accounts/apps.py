from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user accounts of the admin, which Django's own `auth` app stores."""

    name = "accounts"

    def ready(self) -> None:
        from django.contrib import admin
        from django.contrib.auth.signals import user_logged_in

        from accounts.languages import recall
        from accounts.login_form import LimitedAuthenticationForm

        admin.site.login_form = LimitedAuthenticationForm
        user_logged_in.connect(recall, dispatch_uid="accounts.language")
