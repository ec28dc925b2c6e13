"""Codes that exist, beside those that only have the form of a code.

A phone may send any code of the right form. What an operator types is compared with the standards,
because a condition on a code that no phone sends shows an item to no user.
"""

from functools import cache
from importlib.resources import files
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kernel.vocabulary.codes import country_of

# Source of the countries: ISO 3166-1 as the time zone database has it. Phones send XK for Kosovo,
# which ISO 3166-1 leaves to its users.
_COUNTRIES_BESIDE = frozenset({"XK"})
# Source: ISO 639-1. A code of three letters is not looked up.
_LANGUAGE_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz "
    "ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln "
    "lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi "
    "pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th "
    "ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_LANGUAGES = frozenset(_LANGUAGE_CODES.split())
# What is typed by mistake, and what is meant.
_MEANT_COUNTRIES = {"UK": "GB", "EN": "GB", "KO": "KR", "JA": "JP"}
_MEANT_LANGUAGES = {"jp": "ja", "cn": "zh", "vn": "vi", "us": "en", "gb": "en"}
# Languages of few speakers, whose codes are those of large countries.
MISTAKABLE_LANGUAGES = {"kr": "ko"}


@cache
def _countries() -> frozenset[str]:
    text = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    codes = (line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#"))
    return _COUNTRIES_BESIDE.union(codes)


def require_known_country(code: str) -> None:
    """Raises ValidationError if no country has the code."""
    if code not in _countries():
        _refuse(_("“%(value)s” is the code of no country."), code, _MEANT_COUNTRIES.get(code))


def require_known_region(code: str) -> None:
    """The same of the country of a region."""
    require_known_country(country_of(code))


def require_known_language(code: str) -> None:
    """Raises ValidationError if no language has the code."""
    if len(code) == 2 and code not in _LANGUAGES:
        _refuse(_("“%(value)s” is the code of no language."), code, _MEANT_LANGUAGES.get(code))


def _refuse(message: Any, code: str, meant: str | None) -> None:
    errors = [ValidationError(message, params={"value": code})]
    if meant:
        errors.append(ValidationError(_("Write %(meant)s."), params={"meant": meant}))
    raise ValidationError(errors)
