"""`/api/v1/app/devices/{device_id}/settings`: the settings of the lock-screen app on one device."""

from django.http import HttpRequest, HttpResponse

from devices.dto import parse_settings, require_device_id, to_document
from devices.selectors import get_device_settings, has_device_settings
from devices.services import replace_device_settings
from members.authentication import require_own_token_if_registered
from members.limits import require_new_device_allowed
from members.selectors import is_registered
from web.api_view import ApiView, json_response


class DeviceSettingsApi(ApiView):
    def get(self, request: HttpRequest, device_id: str) -> HttpResponse:
        require_device_id(device_id)
        require_own_token_if_registered(request, device_id)
        return json_response(to_document(get_device_settings(device_id)))

    def put(self, request: HttpRequest, device_id: str) -> HttpResponse:
        require_device_id(device_id)
        require_own_token_if_registered(request, device_id)
        settings = parse_settings(request)
        if not has_device_settings(device_id) and not is_registered(device_id):
            require_new_device_allowed(request)
        saved = replace_device_settings(device_id=device_id, settings=settings)
        return json_response(to_document(saved))
