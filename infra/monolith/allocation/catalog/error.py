"""Why a version of the catalog cannot be served."""


class CatalogError(ValueError):
    """A row cannot be served: its kind, its id and the problem.

    The whole version is refused with it, because half of a catalog is a catalog that was never
    published. Only a creative or a content with a wrong address is withheld alone.
    """


def require(is_met: bool, problem: str) -> None:
    """Raises ValueError with the problem if a condition is not met."""
    if not is_met:
        raise ValueError(problem)
