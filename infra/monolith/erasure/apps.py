from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Erases what the stores of allocation hold about an erased member."""

    name = "erasure"
