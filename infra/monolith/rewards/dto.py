"""The JSON of `/api/v1/app/rewards/unlocks`: request bodies and responses."""

from datetime import datetime

from django.http import HttpRequest

from rewards.models import UNLOCK_ID_LENGTH_MAX, Unlock
from rewards.policy import UNLOCK_POLICY, Verdict
from rewards.services import Reported
from web.fields import Fields
from web.json_body import read_json_object
from web.parsers import identifier
from web.times import rfc3339


def parse_unlock_id(request: HttpRequest) -> str:
    fields = Fields(read_json_object(request))
    unlock_id = fields.required("unlock_id", identifier(UNLOCK_ID_LENGTH_MAX))
    fields.finish()
    return unlock_id


def preview_to_document(verdict: Verdict, now: datetime) -> dict[str, object]:
    """The limits of the member's day at `now`.

    The verdict is that of an unlock at `now`, whose reward the document does not count.
    """
    is_rewarded = verdict.outcome == Unlock.Outcome.REWARDED
    return {
        "local_date": verdict.local_date.isoformat(),
        "rewards_today": verdict.rewards - is_rewarded,
        "rewards_per_day_max": UNLOCK_POLICY.rewards_per_day_max,
        "points_per_reward": UNLOCK_POLICY.points,
        "interval_seconds": int(UNLOCK_POLICY.interval.total_seconds()),
        "next_reward_at": rfc3339(now if is_rewarded else verdict.next_reward_at),
    }


def reported_to_document(reported: Reported) -> dict[str, object]:
    unlock = reported.unlock
    return {
        "unlock_id": unlock.unlock_id,
        "outcome": unlock.outcome,
        "points": unlock.points,
        "balance": reported.balance,
        "local_date": unlock.local_date.isoformat(),
        "next_reward_at": rfc3339(unlock.next_reward_at),
    }
