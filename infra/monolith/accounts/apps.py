from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The user accounts of the admin, which Django's own `auth` app stores."""

    name = "accounts"
