"""Plots as SVG, written by hand: lines over two logarithmic axes."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 130, 40, 50
LINE_HEIGHT = 13
COLORS = ("#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#7f7f7f")

Points = Sequence[tuple[float, float]]


def lines(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> str:
    """One line for each series; all numbers are above 0."""
    points = [point for line in series.values() for point in line]
    x_range = _decades([x for x, _ in points])
    y_range = _decades([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - x_range[0]) / (x_range[1] - x_range[0])
        up = (math.log10(y) - y_range[0]) / (y_range[1] - y_range[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        _text(WIDTH / 2, 22, title, "middle"),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_label, "middle"),
        _text(8, TOP - 12, y_label, "start"),
    ]
    for decade in range(x_range[0], x_range[1] + 1):
        x, bottom = place(10**decade, 10 ** y_range[0])
        parts += [_rule(x, TOP, x, bottom), _text(x, bottom + 16, f"{10**decade:,}", "middle")]
    for decade in range(y_range[0], y_range[1] + 1):
        left, y = place(10 ** x_range[0], 10**decade)
        parts += [_rule(left, y, WIDTH - RIGHT, y), _text(left - 6, y + 4, f"{10**decade:,g}", "end")]
    labels: list[tuple[float, float, str, str]] = []
    for color, (name, line) in zip(COLORS, series.items(), strict=False):
        places = [place(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in places]
        labels.append((places[-1][1] + 4, places[-1][0] + 8, name, color))
    lowest: float = TOP - LINE_HEIGHT
    for y, x, name, color in sorted(labels):
        # Names of lines that end close together stand below each other.
        lowest = max(y, lowest + LINE_HEIGHT)
        parts.append(_text(x, lowest, name, "start", color))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _decades(values: Sequence[float]) -> tuple[int, int]:
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return first, max(last, first + 1)


def _text(x: float, y: float, text: str, anchor: str, color: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{escape(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'
