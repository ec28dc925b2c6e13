"""A plot of bars as SVG."""

from collections.abc import Mapping
from html import escape

_ROW_HEIGHT = 20
_LEFT = 300
_WIDEST = 400


def bars(title: str, values: Mapping[str, float], goal: float) -> str:
    """A bar for each value, the longest first, with a line at the goal."""
    scale = _WIDEST / max(goal, *values.values())
    total = _ROW_HEIGHT * (len(values) + 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {total}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="800" height="{total}" fill="white"/>',
        f'<text x="{_LEFT}" y="14">{escape(title)}</text>',
    ]
    for place, (name, value) in enumerate(sorted(values.items(), key=lambda pair: -pair[1]), 1):
        top = place * _ROW_HEIGHT
        parts += [
            f'<text x="{_LEFT - 6}" y="{top + 13}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{top + 3}" width="{value * scale:.1f}" height="13" fill="#1f77b4"/>',
            f'<text x="{_LEFT + value * scale + 4:.1f}" y="{top + 13}">{value:.0f}</text>',
        ]
    at = _LEFT + goal * scale
    parts.append(f'<line x1="{at:.1f}" y1="{_ROW_HEIGHT}" x2="{at:.1f}" y2="{total}" stroke="#d62728"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"
