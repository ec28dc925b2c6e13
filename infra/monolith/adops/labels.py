"""Names of what a row consists of, in the reader's language."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from kernel.dimensions import Dimension

# A text, or one that is translated when it is shown. Django's type of the latter exists only in its
# type stubs.
Label = Any

WINDOW_LABELS = {
    "minute": _("per minute"),
    "hour": _("per hour"),
    "day": _("per day"),
    "week": _("per week"),
    "lifetime": _("ever"),
}


def dimension_label(dimension: Dimension) -> Label:
    """The name of a targeting dimension. The kernel's table has it in English."""
    return translation.gettext_lazy(dimension.label)
