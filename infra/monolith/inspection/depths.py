"""How many impressions requests bring: how far down a slate people look."""

from datetime import datetime

from django.db.models import Sum

from delivery.models import UnitHour
from delivery.selectors.requests import requests

_HOUR_SECONDS = 3_600
_MILLION = 1_000_000
# Fewer requests say nothing.
_REQUESTS_MIN = 100


def impressions_of_a_request(now: datetime, hours: int) -> dict[str, int]:
    """Millionths of an impression, by unit, of the last hours that are complete. A unit with few requests
    is left out.
    """
    until = int(now.timestamp()) // _HOUR_SECONDS
    period = range(until - hours, until)
    asked = requests(("unit",), period)
    rows = UnitHour.objects.filter(hour__gte=period.start, hour__lt=period.stop)
    shown = rows.order_by().values("unit").annotate(sum=Sum("impressions")).values_list("unit", "sum")
    impressions = {unit: int(count) for unit, count in shown}
    return {
        unit: min(_MILLION * impressions.get(unit, 0) // count, 2**32 - 1)
        for (unit,), count in asked.items()
        if count >= _REQUESTS_MIN and impressions.get(unit, 0) > 0
    }
