"""Rows that cannot be served, as the person who publishes is told of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# A person corrects these first and publishes again.
PROBLEMS_MAX = 20


@dataclass(frozen=True)
class RowProblem:
    """A row that cannot be served. Without `field` the problem begins with the name of the field."""

    kind: str
    key: str
    problem: str
    field: str = ""

    @property
    def field_name(self) -> str:
        return self.field or self.problem.partition(" ")[0].rstrip(":")

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        return f"{self.kind} {self.key!r}: {field}{self.problem}"


class UnservableCatalog(Exception):
    """The catalog cannot be published because of these rows. Nothing was published."""

    def __init__(self, problems: list[RowProblem], problems_in_all: int = 0) -> None:
        self.problems = problems
        # More than are named, if there are too many to name.
        self.problems_in_all = max(problems_in_all, len(problems))
        rest = self.problems_in_all - 1
        super().__init__(f"{problems[0]}{f' (and {rest} more)' if rest else ''}")


@contextmanager
def also_refused(problems: list[RowProblem]) -> Iterator[None]:
    """Raises UnservableCatalog for these problems, and for those that are found meanwhile: a person
    is told of all at once. A field that both find wrong is named once.
    """
    found: list[RowProblem] = []
    in_all = 0
    try:
        yield
    except UnservableCatalog as error:
        found, in_all = error.problems, error.problems_in_all
    fields = {(each.kind, each.key, each.field_name) for each in found}
    more = [each for each in problems if (each.kind, each.key, each.field_name) not in fields]
    if found or more:
        raise UnservableCatalog([*found, *more][:PROBLEMS_MAX], in_all + len(more)) from None
