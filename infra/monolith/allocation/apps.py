from django.apps import AppConfig


class AllocationConfig(AppConfig):
    """The allocation APIs as they were before functions took them over; both answer the same."""

    name = "allocation"
