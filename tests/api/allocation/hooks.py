"""What makes a request valid beyond its OpenAPI document, for Schemathesis.

A value that has its parameter's form and still cannot be right is replaced by one that is. A value of another
form stays as it is. Every request is strict, because another one may have values without their form.
"""

import re
from datetime import datetime, timezone
from typing import Any

import schemathesis

UNIT = "1001"
# What is one of these has the form of `strict`.
BOOLEANS = ("true", "false", "1", "0", True, False)
ZONE = "Asia/Seoul"


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    for parameters in (case.query, case.body):
        if isinstance(parameters, dict):
            mend(parameters)


def mend(parameters: dict[str, Any]) -> None:
    if parameters.get("strict") is None or parameters["strict"] in BOOLEANS:
        parameters["strict"] = 1
    if matches(parameters.get("unit_id"), r"[A-Za-z0-9_.-]{1,64}"):
        # Any other unit is unknown: a 404, in which the other parameters are not looked at.
        parameters["unit_id"] = UNIT
    if matches(parameters.get("timezone"), r"[A-Za-z0-9_+/-]{1,64}"):
        parameters["timezone"] = ZONE
    for name in ("birth_year", "count"):
        value = parameters.get(name)
        if isinstance(value, float) and value.is_integer():
            # JSON Schema takes 3.0 for an integer; the API does not.
            parameters[name] = int(value)
    year = parameters.get("birth_year")
    this_year = datetime.now(timezone.utc).year
    if matches(year, r"[0-9]{4}") and this_year < int(year) <= 2100:
        parameters["birth_year"] = type(year)(this_year)
    # OpenAPI cannot say that two parameters of a query go together.
    if ("lat" in parameters) != ("lon" in parameters):
        parameters.setdefault("lat", "0")
        parameters.setdefault("lon", "0")


def matches(value: Any, pattern: str) -> bool:
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return is_plain and re.fullmatch(pattern, str(value)) is not None
