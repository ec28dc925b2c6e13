from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who may use the admin."""

    name = "accounts"
