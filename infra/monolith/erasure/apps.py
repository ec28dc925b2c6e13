from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Erases the state that Redis holds of an erased member. Entries of the ledger of events expire."""

    name = "erasure"
