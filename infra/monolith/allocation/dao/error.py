"""What can go wrong with a store, as far as an allocation can act on it."""


class StoreError(Exception):
    """A store's answer could not be had, or not be read. The text holds no user's data."""
