"""Whether something is delivered as fast as it has to be: what was delivered beside what is due by now.

What is due is a part of the target, as even as time; of a front-loaded delivery it is a quarter ahead
at first. The functions follow the traffic of the hours of a week instead, so within a day they may be
ahead or behind on purpose.
"""

from dataclasses import dataclass
from datetime import datetime

EVEN, FRONT_LOADED = "even", "front_loaded"
BEHIND, ON, AHEAD = "behind", "on", "ahead"
# Within so many percent of what is due, something is on pace.
_BEHIND_PERCENT, _AHEAD_PERCENT = 90, 110
_PERCENT_MAX = 999
_PPM = 1_000_000
# As `functions/shared/delivery/src/pace/plan.rs` has it.
_FRONT_LOADED_PPM = 250_000


@dataclass(frozen=True)
class Pace:
    # Of what is due by now; at most 999.
    percent: int

    @property
    def word(self) -> str:
        """behind, on or ahead."""
        if self.percent < _BEHIND_PERCENT:
            return BEHIND
        return AHEAD if self.percent > _AHEAD_PERCENT else ON


def pace_of(
    delivered: int,
    target: int | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    delivery: str = EVEN,
) -> Pace | None:
    """None where nothing is due: without a target or an end, before the beginning, and where delivery is
    as fast as possible.
    """
    if not target or opens_at is None or closes_at is None or now <= opens_at:
        return None
    if delivery not in (EVEN, FRONT_LOADED):
        return None
    span, gone = closes_at - opens_at, min(now, closes_at) - opens_at
    if not span:
        return None
    due_ppm = gone * _PPM // span
    if delivery == FRONT_LOADED:
        due_ppm = due_ppm * (_PPM + _FRONT_LOADED_PPM - _FRONT_LOADED_PPM * due_ppm // _PPM) // _PPM
    due = target * due_ppm // _PPM
    if due <= 0:
        return None
    return Pace(min(max(delivered, 0) * 100 // due, _PERCENT_MAX))
