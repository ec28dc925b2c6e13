"""The parameters of an allocation request, checked. One problem document names all mistakes."""

from allocation.http.dto.definitions import (
    ATTRIBUTES,
    EXPLAIN,
    KEY_VALUE,
    KEY_VALUE_PREFIX,
    KEY_VALUES,
    KEY_VALUES_MAX,
    LATITUDE,
    LONGITUDE,
    NOW,
    OPTIONS,
    PERSONAL_ATTRIBUTES,
)
from allocation.http.dto.fields import Fields, Parameters
from allocation.models.distance import Position
from allocation.models.query import Query
from allocation.services.allocation import Debugging


def asks_for_debugging(parameters: Parameters) -> bool:
    """Whether a request asks for something that needs the debug token."""
    return EXPLAIN.name in parameters or NOW.name in parameters


def parse_request(parameters: Parameters, now: int) -> tuple[Query, Debugging | None]:
    """Checks the parameters of a request received at `now`, in epoch seconds. Unknown ones are
    ignored.

    Raises ProblemError, which names every parameter that is not what it must be.
    """
    fields = Fields(parameters, now)
    # In the order in which a problem document names the parameters.
    attributes = fields.take_all(ATTRIBUTES)
    attributes["position"] = _position(fields)
    attributes["key_values"] = _key_values(fields)
    attributes |= fields.take_all(OPTIONS)
    explain, at = fields.take(EXPLAIN) or False, fields.take(NOW)
    fields.finish()
    if attributes.get("limit_ad_tracking"):
        for name in PERSONAL_ATTRIBUTES:
            attributes.pop(name, None)
    return Query(**attributes), Debugging(explain, at) if asks_for_debugging(parameters) else None


def _position(fields: Fields) -> Position | None:
    latitude, longitude = fields.take(LATITUDE), fields.take(LONGITUDE)
    for name, other in ((LATITUDE.name, LONGITUDE.name), (LONGITUDE.name, LATITUDE.name)):
        if name not in fields.parameters and other in fields.parameters:
            fields.reject(name, "is required, because lat and lon go together")
    if latitude is None or longitude is None:
        return None
    return Position(latitude, longitude)


def _key_values(fields: Fields) -> dict[str, str]:
    names = sorted(name for name in fields.parameters if name.startswith(KEY_VALUE_PREFIX))
    if len(names) > KEY_VALUES_MAX:
        fields.reject(KEY_VALUES, f"must have at most {KEY_VALUES_MAX} names")
        return {}
    found: dict[str, str] = {}
    for name in names:
        key = name.removeprefix(KEY_VALUE_PREFIX)
        try:
            KEY_VALUE.parse(key, 0)
        except ValueError:
            fields.reject(KEY_VALUES, "a name must be 1 to 64 characters")
            continue
        value = fields.value(KEY_VALUE, name)
        if value is not None:
            found[key] = value
    return found
