"""Counts of the rows that belong to a row."""

from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce

from adops.models import Status
from adops.models.base import Archivable, Switched


def count_of(model: type[Model], parent: str) -> Coalesce:
    """Rows of a model that name the outer row as their parent, without the archived ones.

    A query of its own for each row that is shown: grouped, a page of fifty would count all.
    """
    rows = model._default_manager.filter(**{parent: OuterRef("pk")}).order_by()
    if issubclass(model, Switched | Archivable):
        rows = rows.exclude(status=Status.ARCHIVED)
    return Coalesce(Subquery(rows.values(parent).annotate(count=Count("pk")).values("count")), 0)
