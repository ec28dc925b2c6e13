from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """What was delivered: facts from the functions' roll-ups, and sums over them."""

    name = "delivery"
