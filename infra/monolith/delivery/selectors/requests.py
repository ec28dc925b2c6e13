"""Requests for allocations that were answered: filled, or why not."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from delivery.models import RequestHour

FILLED = "filled"
NO_FILL = "no_fill:"
# What requests can be grouped by.
DIMENSIONS = ("hour", "unit", "kind", "outcome")


def requests(by: Sequence[str], hours: range, unit: str | None = None) -> dict[tuple[Any, ...], int]:
    """How many requests there were in these hours since the epoch, by some of `DIMENSIONS`."""
    rows = RequestHour.objects.filter(hour__gte=hours.start, hour__lt=hours.stop)
    if unit is not None:
        rows = rows.filter(unit=unit)
    sums = rows.order_by().values(*by).annotate(sum=Sum("count")).values_list(*by, "sum")
    return {tuple(group): int(count) for *group, count in sums}
