"""`/api/v1/app/devices/{device_id}/settings`: the settings of the lock-screen app on one device."""

from django.http import HttpRequest, HttpResponse

from devices.dto import parse_settings, require_device_id, to_document
from devices.selectors import get_device_settings, has_unregistered_settings
from devices.services import replace_device_settings
from members.api_view import MemberApiView
from members.authentication import device_of_own_token
from members.limits import require_new_device_allowed
from web.api_view import json_response


class DeviceSettingsApi(MemberApiView):
    def get(self, request: HttpRequest, device_id: str) -> HttpResponse:
        require_device_id(device_id)
        registration = device_of_own_token(request, device_id)
        return json_response(to_document(get_device_settings(registration, device_id)))

    def put(self, request: HttpRequest, device_id: str) -> HttpResponse:
        require_device_id(device_id)
        registration = device_of_own_token(request, device_id)
        settings = parse_settings(request)
        if registration is None and not has_unregistered_settings(device_id):
            require_new_device_allowed(request)
        return json_response(to_document(replace_device_settings(registration, device_id, settings)))
