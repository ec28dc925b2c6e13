from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Turns the edited catalog into the published one."""

    name = "publishing"
