from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """The allocation APIs, which the functions have too. Both answer the same bytes."""

    name = "allocation"
