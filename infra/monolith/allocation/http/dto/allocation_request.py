"""The parameters of an allocation request, checked. One problem document names all mistakes."""

from typing import NamedTuple

from allocation.http.dto import values
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
    OPT_OUT,
    OPTIONS,
    PERSONAL_ATTRIBUTES,
    STRICT,
)
from allocation.http.dto.fields import Fields
from allocation.http.dto.parameters import Parameters
from allocation.models.distance import Position
from allocation.models.query import Query
from allocation.services.allocation_request import Debugging
from web.problems import ProblemError


class Parsed(NamedTuple):
    """A request whose parameters have been read."""

    query: Query
    # What the holder of the debug token asks besides.
    debugging: Debugging | None
    # The parameters of which something that was sent takes no part in the decision, in the order of
    # the table.
    ignored: tuple[str, ...]


def asks_for_debugging(parameters: Parameters) -> bool:
    """Whether a request asks for something that needs the debug token."""
    return parameters.has(EXPLAIN.name) or parameters.has(NOW.name)


def unit_id_of(parameters: Parameters) -> str | None:
    """The unit that a request names, also where other parameters are refused."""
    sent = parameters.get("unit_id")
    is_one = sent is not None and len(sent) == 1 and parameters.mistyped("unit_id") is None
    return sent[0] if sent and is_one else None


def parse_request(parameters: Parameters, now: int) -> Parsed:
    """Checks the parameters of a request received at `now`, in epoch seconds. Unknown ones are
    ignored, and so are optional ones that cannot be read, unless the request is strict.

    Raises ProblemError, which names every parameter that is not what it must be.
    """
    if _is_strict(parameters):
        return _read(parameters, now, is_strict=True)
    try:
        return _read(parameters, now, is_strict=False)
    except ProblemError:
        # What is refused anyway is refused with all that is wrong with it.
        return _read(parameters, now, is_strict=True)


def _is_strict(parameters: Parameters) -> bool:
    """Whether every mistake is refused: a developer is at work, not a device that cannot be
    changed.
    """
    if asks_for_debugging(parameters):
        return True
    return parameters.has(STRICT.name) and not _is_off(parameters.get(STRICT.name))


def _is_off(sent: list[str] | None) -> bool:
    try:
        return sent is not None and len(sent) == 1 and not values.boolean(sent[0])
    except ValueError:
        return False


def _read(parameters: Parameters, now: int, *, is_strict: bool) -> Parsed:
    fields = Fields(parameters, now, is_strict=is_strict)
    # In the order in which a problem document names the parameters.
    attributes = fields.take_all(ATTRIBUTES)
    attributes["position"] = _position(fields)
    attributes["key_values"] = _key_values(fields)
    attributes["limit_ad_tracking"] = fields.opt_out(OPT_OUT)
    attributes |= fields.take_all(OPTIONS)
    explain, at = fields.take(EXPLAIN), fields.take(NOW)
    fields.take(STRICT)
    ignored = fields.finish()
    if attributes["limit_ad_tracking"]:
        for name in PERSONAL_ATTRIBUTES:
            attributes.pop(name, None)
    debugging = Debugging(explain or None, at) if asks_for_debugging(parameters) else None
    return Parsed(Query(**attributes), debugging, ignored)


def _position(fields: Fields) -> Position | None:
    has = fields.parameters.has
    latitude, longitude = fields.take(LATITUDE), fields.take(LONGITUDE)
    for name, other in ((LATITUDE.name, LONGITUDE.name), (LONGITUDE.name, LATITUDE.name)):
        if fields.is_strict and not has(name) and has(other):
            fields.reject(name, "is required, because lat and lon go together")
    if latitude is not None and longitude is not None:
        return Position(latitude, longitude)
    if not fields.is_strict and (latitude is not None or longitude is not None):
        for name in (LATITUDE.name, LONGITUDE.name):
            if has(name):
                fields.ignore(name)
    return None


def _key_values(fields: Fields) -> dict[str, str]:
    if not fields.is_strict:
        return _readable_key_values(fields)
    if fields.reject_mistyped(KEY_VALUES):
        return {}
    keys = fields.parameters.names_after(KEY_VALUE_PREFIX)
    if len(keys) > KEY_VALUES_MAX:
        fields.reject(KEY_VALUES, f"must have at most {KEY_VALUES_MAX} names")
        return {}
    found: dict[str, str] = {}
    for key in keys:
        if not _is_key(key):
            fields.reject(KEY_VALUES, "a name must be 1 to 64 characters")
            continue
        value = fields.exactly(KEY_VALUE, f"{KEY_VALUE_PREFIX}{key}")
        if value is not None:
            found[key] = value
    return found


def _readable_key_values(fields: Fields) -> dict[str, str]:
    """As many readable key-values as there may be, in the order of their names."""
    is_cut = fields.parameters.mistyped(KEY_VALUES) is not None
    found: dict[str, str] = {}
    for key in fields.parameters.names_after(KEY_VALUE_PREFIX):
        value, is_value_cut = fields.last(KEY_VALUE, f"{KEY_VALUE_PREFIX}{key}")
        if value is None or not _is_key(key) or len(found) == KEY_VALUES_MAX:
            is_cut = True
        else:
            found[key] = value
            is_cut = is_cut or is_value_cut
    if is_cut:
        fields.ignore(KEY_VALUES)
    return found


def _is_key(key: str) -> bool:
    try:
        KEY_VALUE.parse(key, 0)
    except ValueError:
        return False
    return True
