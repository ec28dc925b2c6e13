"""Codes of countries, regions, languages and currencies.

A request may send either letter case. A catalog holds the canonical one alone: a code in another
case would match no request, and a list that denies it would deny no user.
"""

import re

from kernel.vocabulary.form import Form, Normalized, Vocabulary


def _primary_subtag(text: str) -> Normalized:
    """Of a longer tag: `ko-KR` as browsers write it, `ko_KR` as Java does."""
    return Normalized(re.split("[-_]", text, maxsplit=1)[0])


COUNTRY = Vocabulary(
    "country",
    Form("an ISO 3166-1 alpha-2 code such as KR", r"^[A-Za-z]{2}$"),
    Form("an upper-case ISO 3166-1 alpha-2 code", r"^[A-Z]{2}$"),
    str.upper,
)
REGION = Vocabulary(
    "region",
    Form("an ISO 3166-2 code such as KR-11", r"^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$"),
    Form("an upper-case ISO 3166-2 code", r"^[A-Z]{2}-[A-Z0-9]{1,3}$"),
    str.upper,
)
LANGUAGE = Vocabulary(
    "language",
    Form("a BCP 47 primary language subtag such as ko", r"^[A-Za-z]{2,8}$"),
    Form("a lower-case BCP 47 primary subtag", r"^[a-z]{2,8}$"),
    str.lower,
    normalize=_primary_subtag,
)
CURRENCY = Vocabulary(
    "currency",
    Form("an ISO 4217 code such as KRW", r"^[A-Za-z]{3}$"),
    Form("an upper-case ISO 4217 code", r"^[A-Z]{3}$"),
    str.upper,
)


def country_of(region: str) -> str:
    """The country that a region lies in: KR of KR-11."""
    return region[:2]
