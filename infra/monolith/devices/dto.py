"""The JSON of `/api/v1/app/devices/{device_id}/settings`: request bodies and responses."""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from devices.models import DeviceSettings
from devices.services import QuietHours, Settings
from kernel.vocabulary.codes import LANGUAGE
from members.models import validate_device_id
from web import problems
from web.fields import Fields
from web.json_body import read_json_object
from web.parsers import boolean, text
from web.problems import FieldError, ProblemError
from web.times import rfc3339

_LOCAL_TIME_PATTERN = re.compile(r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")


def require_device_id(device_id: str) -> None:
    try:
        validate_device_id(device_id)
    except ValidationError as error:
        errors = [FieldError("device_id", str(error.message))]
        raise ProblemError(problems.invalid_parameters(errors)) from None


def parse_settings(request: HttpRequest) -> Settings:
    fields = Fields(read_json_object(request))
    settings = Settings(
        lock_screen_enabled=fields.required("lock_screen_enabled", boolean),
        quiet_hours=fields.required("quiet_hours", _parse_quiet_hours),
        language=fields.required("language", text(LANGUAGE.parse)),
        wifi_only_images=fields.required("wifi_only_images", boolean),
    )
    fields.finish()
    return settings


def to_document(settings: DeviceSettings) -> dict[str, object]:
    return {
        "device_id": settings.stated_device_id,
        "lock_screen_enabled": settings.lock_screen_enabled,
        "quiet_hours": _quiet_hours_to_document(settings),
        "language": settings.language,
        "wifi_only_images": settings.wifi_only_images,
        # Null for a device without stored settings.
        "updated_at": rfc3339(settings.updated_at) if settings.updated_at else None,
    }


def _parse_quiet_hours(value: object) -> QuietHours | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ValueError('must be null, or an object of "from" and "until"')
    starts, ends = _parse_local_time(value.get("from")), _parse_local_time(value.get("until"))
    if starts == ends:
        raise ValueError('must not have the same time in "from" and "until"')
    return QuietHours(starts, ends)


def _parse_local_time(value: object) -> time:
    if not (isinstance(value, str) and _LOCAL_TIME_PATTERN.match(value)):
        raise ValueError('must have local times such as 22:30 in "from" and "until"')
    return time.fromisoformat(value)


def _quiet_hours_to_document(settings: DeviceSettings) -> dict[str, str] | None:
    if settings.quiet_from is None or settings.quiet_until is None:
        return None
    return {
        "from": settings.quiet_from.strftime("%H:%M"),
        "until": settings.quiet_until.strftime("%H:%M"),
    }
