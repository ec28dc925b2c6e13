"""`/api/v1/app/rewards/unlocks`: points for unlocking the phone."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members.api import MemberApiView
from members.authentication import require_device
from rewards.models import UNLOCK_ID_LENGTH_MAX, Unlock
from rewards.policy import UNLOCK_POLICY
from rewards.selectors import preview
from rewards.services import Reported, report_unlock
from web.api import json_response
from web.fields import Fields, identifier
from web.json_body import read_json_object
from web.times import rfc3339


class UnlocksApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        member = require_device(request).member
        now = timezone.now()
        verdict = preview(member, now=now)
        is_rewarded = verdict.outcome == Unlock.Outcome.REWARDED
        return json_response(
            {
                "local_date": verdict.local_date.isoformat(),
                "rewards_today": verdict.rewards - is_rewarded,
                "rewards_per_day_max": UNLOCK_POLICY.rewards_per_day_max,
                "points_per_reward": UNLOCK_POLICY.points,
                "interval_seconds": int(UNLOCK_POLICY.interval.total_seconds()),
                "next_reward_at": rfc3339(now if is_rewarded else verdict.next_reward_at),
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        fields = Fields(read_json_object(request))
        unlock_id = fields.required("unlock_id", identifier(UNLOCK_ID_LENGTH_MAX))
        fields.finish()
        reported = report_unlock(device.member_id, unlock_id=unlock_id, now=timezone.now())
        status = HTTPStatus.CREATED if reported.is_new else HTTPStatus.OK
        return json_response(_to_document(reported), status=status)


def _to_document(reported: Reported) -> dict[str, Any]:
    unlock = reported.unlock
    return {
        "unlock_id": unlock.unlock_id,
        "outcome": unlock.outcome,
        "points": unlock.points,
        "balance": reported.balance,
        "local_date": unlock.local_date.isoformat(),
        "next_reward_at": rfc3339(unlock.next_reward_at),
    }
