"""Rows that cannot be served, as the person who publishes is told of them."""

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
