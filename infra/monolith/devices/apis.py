"""`/api/v1/app/devices/{device_id}/settings`: what a person chose in the lock-screen app."""

import re
from datetime import time

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from devices.models import LANGUAGE_PATTERN, DeviceSettings, validate_device_id
from devices.selectors import get_device_settings
from devices.services import QuietHours, Settings, replace_device_settings
from members.authentication import require_device_or_stranger
from web import problems
from web.api import ApiView, json_response
from web.fields import Fields, boolean
from web.json_body import read_json_object
from web.problems import FieldError, ProblemError
from web.times import rfc3339

_LOCAL_TIME = re.compile(r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z")


class DeviceSettingsApi(ApiView):
    def get(self, request: HttpRequest, device_id: str) -> HttpResponse:
        _require_device_id(device_id)
        require_device_or_stranger(request, device_id)
        return json_response(_to_document(get_device_settings(device_id)))

    def put(self, request: HttpRequest, device_id: str) -> HttpResponse:
        _require_device_id(device_id)
        require_device_or_stranger(request, device_id)
        settings = _parse_settings(read_json_object(request))
        saved = replace_device_settings(device_id=device_id, settings=settings)
        return json_response(_to_document(saved))


def _require_device_id(device_id: str) -> None:
    try:
        validate_device_id(device_id)
    except ValidationError as error:
        errors = [FieldError("device_id", error.message)]
        raise ProblemError(problems.invalid_parameters(errors)) from None


def _parse_settings(members: dict[str, object]) -> Settings:
    fields = Fields(members)
    settings = Settings(
        lock_screen_enabled=fields.required("lock_screen_enabled", boolean),
        quiet_hours=fields.required("quiet_hours", _parse_quiet_hours),
        language=fields.required("language", _parse_language),
        wifi_only_images=fields.required("wifi_only_images", boolean),
    )
    fields.finish()
    return settings


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
    if not (isinstance(value, str) and _LOCAL_TIME.match(value)):
        raise ValueError('must have local times such as 22:30 in "from" and "until"')
    return time.fromisoformat(value)


def _parse_language(value: object) -> str:
    if not (isinstance(value, str) and re.match(LANGUAGE_PATTERN, value.lower())):
        raise ValueError("must be a BCP 47 primary language subtag such as ko")
    return value.lower()


def _to_document(settings: DeviceSettings) -> dict[str, object]:
    quiet_hours = updated_at = None
    if settings.quiet_from is not None:
        quiet_hours = {
            "from": settings.quiet_from.strftime("%H:%M"),
            "until": settings.quiet_until.strftime("%H:%M"),
        }
    if settings.updated_at is not None:
        updated_at = rfc3339(settings.updated_at)
    return {
        "device_id": settings.device_id,
        "lock_screen_enabled": settings.lock_screen_enabled,
        "quiet_hours": quiet_hours,
        "language": settings.language,
        "wifi_only_images": settings.wifi_only_images,
        "updated_at": updated_at,
    }
