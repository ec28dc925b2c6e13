"""A day of ad operations, from the form of a campaign to the end of its budget.

In Korean, and in a long run in English beside it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from browser import Browser
from lockfill.stack import Stack
from roll_ups import require_clocks_ahead, roll_up
from scripted_day import WORDS, Day, eventually

# The present minute is over for a run whose clock is so far ahead.
MINUTE_AHEAD_SECONDS = 80


@pytest.mark.parametrize(
    "languages",
    [
        # `test_ad_operations.py` makes, publishes and pauses a campaign in English.
        pytest.param(["ko"], id="ko"),
        pytest.param(list(WORDS), id="both", marks=pytest.mark.long),
    ],
)
def test_scripted_day_from_a_campaign_to_the_end_of_its_budget(
    stack: Stack, open_browser: Callable[[str], Browser], tmp_path: Path, languages: list[str]
) -> None:
    require_clocks_ahead()
    days = [Day(stack, open_browser(language), language) for language in languages]
    for day in days:
        day.make_campaign()
        day.make_line_item()
        day.publish_with_its_preview()
        eventually("published", day.is_serving)
        day.require_shown()
        day.deliver()
    # Once for both: what comes later than the run's clock is another run's.
    roll_up(stack, tmp_path, MINUTE_AHEAD_SECONDS)
    stack.manage("sync_delivery")
    for day in days:
        day.require_numbers()
        day.require_spent()
