"""What a row's values must be, beyond their types. What they are not is a ValueError."""

import re

from allocation.decision.targeting import Targeting

PPM_MAX = 1_000_000

_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,8}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
# A header value may hold visible ASCII alone; anything else belongs percent-encoded in a URL.
_IMAGE_URL = re.compile(r"https://[!-~]*", re.ASCII)
_LANDING_URL = re.compile(r"(?:https|market|itms-apps|itms-appss)://[!-~]*", re.ASCII)
_URL_LENGTH_MAX = 2_048

# A code in another form would never match: a list that denies it would let through everybody whom
# it was meant to keep out.
_CODES = (
    ("country", _COUNTRY, "an upper-case ISO 3166-1 alpha-2 code"),
    ("region", _REGION, "an upper-case ISO 3166-2 code"),
    ("language", _LANGUAGE, "a lower-case BCP 47 primary subtag"),
)


def require(is_met: bool, problem: str) -> None:
    if not is_met:
        raise ValueError(problem)


def require_id(value: str) -> None:
    require(_ID.fullmatch(value) is not None, "an id is 1 to 64 of A-Za-z0-9_.-")


def require_language(value: str) -> None:
    is_met = _LANGUAGE.fullmatch(value) is not None
    require(is_met, f"{value!r} is not a lower-case BCP 47 primary subtag")


def require_currency(value: str) -> None:
    is_met = _CURRENCY.fullmatch(value) is not None
    require(is_met, "a currency is an upper-case ISO 4217 code")


def require_codes(targeting: Targeting) -> None:
    """Every country, region and language that a targeting names is a code as requests have it."""
    for rule, pattern, wanted in _CODES:
        condition = targeting.conditions.get(rule)
        if condition is None:
            continue
        for code in (*condition.allowed, *condition.denied):
            require(pattern.fullmatch(code) is not None, f"{code!r} is not {wanted}")


def require_urls(image_url: str, landing_url: str) -> None:
    """Images come over https, clicks lead to https or an app store."""
    for url, pattern, wanted in (
        (image_url, _IMAGE_URL, "image_url must be https and visible ASCII"),
        (landing_url, _LANDING_URL, "landing_url must be https or an app store's, visible ASCII"),
    ):
        require(len(url) <= _URL_LENGTH_MAX and pattern.fullmatch(url) is not None, wanted)
