"""`/api/v1/app/rewards/unlocks`: points for unlocking the phone."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api_view import MemberApiView
from members.authentication import require_device
from rewards.dto import parse_unlock_id, preview_to_document, reported_to_document
from rewards.selectors import preview
from rewards.services import report_unlock
from web.api_view import json_response


class UnlocksApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        member = require_device(request).member
        now = timezone.now()
        return json_response(preview_to_document(preview(member, now=now), now))

    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        unlock_id = parse_unlock_id(request)
        reported = report_unlock(device.member_id, unlock_id=unlock_id, now=timezone.now())
        status = HTTPStatus.CREATED if reported.is_new else HTTPStatus.OK
        return json_response(reported_to_document(reported), status=status)
