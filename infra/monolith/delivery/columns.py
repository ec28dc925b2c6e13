"""Cells of lists and reports about what was delivered."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from delivery.pace import AHEAD, BEHIND, ON, Pace

INVALID_CLICKS = _("Invalid clicks")
PACE = _("Pace")
# With the percentage of what is due.
_WORDS: dict[str, Any] = {
    BEHIND: _("behind: %(percent)s %%"),
    ON: _("on pace: %(percent)s %%"),
    AHEAD: _("ahead: %(percent)s %%"),
}


def pace_text(pace: Pace | None) -> str:
    """`behind: 62 %`, of what is due by now; empty without a pace."""
    return "" if pace is None else str(_WORDS[pace.word]) % {"percent": pace.percent}


def pace_bar(pace: Pace | None) -> SafeString:
    """The same with a bar. The text says all that the bar shows, so assistive technology passes over
    the bar.
    """
    if pace is None:
        return SafeString("")
    return format_html(
        '<span class="pace"><meter min="0" max="200" low="90" high="110" optimum="100" value="{}"'
        ' aria-hidden="true"></meter> {}</span>',
        min(pace.percent, 200),
        pace_text(pace),
    )
