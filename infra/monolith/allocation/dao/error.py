"""What can go wrong with a store, as far as an allocation can act on it."""


class DaoError(Exception):
    """A store gave no answer, or one that cannot be read. The text holds no user's data."""


class MalformedError(DaoError):
    """The store holds something that cannot be read. A later attempt would find the same."""
