"""A content's score: affinity x freshness x quality, each in ppm, floored after each step."""

from collections.abc import Set

from allocation.catalog.entities import Content
from allocation.models.arithmetic import PPM

# Affinity without a common interest, and the addition for each common one, up to a million.
_AFFINITY_BASE_PPM = 250_000
_AFFINITY_STEP_PPM = 250_000
_AFFINITY_MAX_PPM = 1_000_000

# Freshness by age: below so many hours, so many ppm. Roughly a half-life of a day.
_FRESHNESS_PPM = (
    (1, 1_000_000),
    (3, 950_000),
    (6, 900_000),
    (12, 800_000),
    (24, 650_000),
    (48, 450_000),
    (96, 250_000),
    (168, 120_000),
)
# Freshness of a content that is older than the table.
_FRESHNESS_OLD_PPM = 50_000


def score_ppm(content: Content, interests: Set[str], now: int) -> int:
    # All three are at most a million, so that no step can outgrow 64 bits.
    affinity = affinity_ppm(content.categories, interests) if interests else _AFFINITY_BASE_PPM
    score = affinity * freshness_ppm(content.published_at, now) // PPM
    return score * content.quality_ppm // PPM


def affinity_ppm(categories: Set[str], interests: Set[str]) -> int:
    common = len(categories & interests)
    return min(_AFFINITY_BASE_PPM + _AFFINITY_STEP_PPM * common, _AFFINITY_MAX_PPM)


def freshness_ppm(published_at: int, now: int) -> int:
    age_hours = (now - published_at) // 3_600
    for below_hours, freshness in _FRESHNESS_PPM:
        if age_hours < below_hours:
            return freshness
    return _FRESHNESS_OLD_PPM
