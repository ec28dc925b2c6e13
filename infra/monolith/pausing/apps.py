from django.apps import AppConfig


class PausingConfig(AppConfig):
    """Remembers which rows were paused together, so that they can be resumed together."""

    name = "pausing"
