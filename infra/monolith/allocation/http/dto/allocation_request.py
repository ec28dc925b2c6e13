"""The parameters of an allocation request, checked. All that is wrong with them is told at once."""

from collections.abc import Callable
from typing import TypeVar

from allocation.catalog.targeting.targeting import GENDERS, NETWORKS, PLATFORMS
from allocation.http.dto import values
from allocation.http.dto.parameters import KEY_VALUE_PREFIX, KEY_VALUES, Parameters
from allocation.models.distance import Position
from allocation.models.query import Query
from allocation.models.time.epoch_seconds import format_instant, plus_seconds
from allocation.services.allocation import Debugging
from web import problems
from web.problems import FieldError, ProblemError

T = TypeVar("T")

_KEY_VALUES_MAX = 20
# How far ahead of UTC clocks are where a day begins first.
_FIRST_ZONE_SECONDS = 14 * 3_600

_gender = values.one_of(*GENDERS)
_platform = values.one_of(*PLATFORMS)
_network = values.one_of(*NETWORKS)
_latitude, _longitude = values.microdegrees(90), values.microdegrees(180)


def asks_for_debugging(parameters: Parameters) -> bool:
    """Whether a request asks for what only the debug token's holder may have."""
    return "explain" in parameters or "now" in parameters


def parse_request(parameters: Parameters, now: int) -> tuple[Query, Debugging | None]:
    """Checks the parameters of a request received at `now`. Unknown ones are ignored.

    Raises ProblemError, which names every parameter that is not what it must be.
    """
    fields = _Fields(parameters)
    # A client reads the errors in this order.
    checked = dict(
        unit_id=fields.required("unit_id", values.identifier),
        user_id=fields.required("user_id", values.user_id),
        country=fields.optional("country", values.country),
        region=fields.optional("region", values.region),
        language=fields.optional("language", values.language),
        gender=fields.optional("gender", _gender),
        birth_year=fields.optional("birth_year", _birth_year(now)),
        platform=fields.optional("platform", _platform),
        os_version=fields.optional("os_version", values.version),
        sdk_version=fields.optional("sdk_version", values.version),
        device_maker=fields.optional("device_maker", values.short_text),
        device_model=fields.optional("device_model", values.short_text),
        carrier=fields.optional("carrier", values.short_text),
        network=fields.optional("network", _network),
        zone=fields.optional("timezone", values.time_zone),
        interests=fields.list("interests", 64, values.short_text) or (),
        segments=fields.list("segments", 64, values.short_text) or (),
        packages=fields.list("packages", 200, values.short_text) or (),
        position=_position(fields),
        key_values=_key_values(fields),
        limit_ad_tracking=fields.optional("limit_ad_tracking", values.boolean) or False,
        count=fields.optional("count", values.count),
        shown=fields.list("shown", 100, values.shown),
    )
    explain = fields.optional("explain", values.boolean) or False
    at = fields.optional("now", values.instant)
    fields.finish()
    if checked["limit_ad_tracking"]:
        # Nothing that describes the person takes part in the decision.
        checked |= {"interests": (), "segments": (), "position": None}
    debugging = Debugging(explain, at) if asks_for_debugging(parameters) else None
    return Query(**checked), debugging


class _Fields:
    """Takes fields out of parameters and remembers everything that is wrong with them."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self._errors: list[FieldError] = []

    def required(self, name: str, read: Callable[[str], T]) -> T | None:
        """None stands in for a field that is missing and is never seen: `finish` raises first."""
        if name not in self.parameters:
            self.reject(name, "is required")
            return None
        return self.optional(name, read)

    def optional(self, name: str, read: Callable[[str], T]) -> T | None:
        found = self.parameters.get(name)
        if found is None:
            return None
        if len(found) != 1:
            self.reject(name, "must be given once")
            return None
        try:
            return read(found[0])
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def list(self, name: str, length_max: int, read: Callable[[str], T]) -> tuple[T, ...] | None:
        found = self.parameters.get(name)
        if found is None:
            return None
        if len(found) > length_max:
            self.reject(name, f"must have at most {length_max} values")
            return None
        try:
            return tuple([read(text) for text in found])
        except ValueError as error:
            self.reject(name, str(error))
            return None

    def reject(self, name: str, detail: str) -> None:
        self._errors.append(FieldError(name, detail))

    def finish(self) -> None:
        if self._errors:
            raise ProblemError(problems.invalid_parameters(self._errors))


def _birth_year(now: int) -> Callable[[str], int]:
    return values.birth_year(int(format_instant(plus_seconds(now, _FIRST_ZONE_SECONDS))[:4]))


def _position(fields: _Fields) -> Position | None:
    latitude = fields.optional("lat", _latitude)
    longitude = fields.optional("lon", _longitude)
    for name, other in (("lat", "lon"), ("lon", "lat")):
        if name not in fields.parameters and other in fields.parameters:
            fields.reject(name, "is required, because lat and lon go together")
    if latitude is None or longitude is None:
        return None
    return Position(latitude, longitude)


def _key_values(fields: _Fields) -> dict[str, str]:
    parameters = sorted(name for name in fields.parameters if name.startswith(KEY_VALUE_PREFIX))
    if len(parameters) > _KEY_VALUES_MAX:
        fields.reject(KEY_VALUES, f"must have at most {_KEY_VALUES_MAX} names")
        return {}
    found: dict[str, str] = {}
    for parameter in parameters:
        name = parameter.removeprefix(KEY_VALUE_PREFIX)
        try:
            values.short_text(name)
        except ValueError:
            fields.reject(KEY_VALUES, "a name must be 1 to 64 characters")
            continue
        value = fields.optional(parameter, values.short_text)
        if value is not None:
            found[name] = value
    return found
