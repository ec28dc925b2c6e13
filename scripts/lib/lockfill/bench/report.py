"""Figures as they are printed."""

import os
import platform
from typing import Any

from ..console import say

# By name; some of them are groups of figures.
Figures = dict[str, Any]
_VALUE_COLUMN = 44


def machine() -> Figures:
    """What the figures were measured on."""
    load_average = round(os.getloadavg()[0], 2)
    return {"system": platform.platform(), "processors": os.cpu_count(), "load_average_before": load_average}


def show(name: str, figures: Figures, indent: int = 2) -> None:
    """Prints a group of figures, one a line."""
    say(f"{' ' * (indent - 2)}{name}")
    for key, value in figures.items():
        if isinstance(value, dict):
            show(key, value, indent + 2)
        else:
            shown = f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
            shown = f"{shown:,}" if isinstance(shown, int) else shown
            say(f"{' ' * indent}{key:<{_VALUE_COLUMN - indent}} {shown:>12}")
