"""Decimal numbers and amounts of money as people write them, in English and in Korean.

`1,000,000`, `1000000`, `100만`, `1억 2천만`; money besides with its currency: `₩1,000,000`,
`100만원`, `USD 5`. A text that two readers may take for two numbers, such as `1,5`, is refused.
"""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_NO_NUMBER = _("“%(value)s” is not an amount: write a number such as 1,200, 1.5 or 100만.")
_COMMA = _(
    "“%(value)s” can be read in two ways: a comma stands between thousands, as in 1,500, and a point"
    " before decimal places, as in 1.5."
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PLAIN = re.compile(rf"(?:{_DIGITS})", re.ASCII)
# More digits than any amount has.
_LENGTH_MAX = 40
# A comma that stands between no two groups of three digits.
_WITH_COMMAS = re.compile(r"[\d.,]*,[\d.,]*", re.ASCII)

_LARGE_UNITS = {"조": 10**12, "억": 10**8, "만": 10**4, "": 1}
_SMALL_UNITS = {"천": 1_000, "백": 100, "": 1}
_LARGE_PART = re.compile(r"([^조억만]+)([조억만]?)")
_SMALL_PART = re.compile(rf"({_DIGITS})\s*([천백]?)\s*", re.ASCII)

# A yen and a yuan have the same sign.
_SIGNS = {"₩": "KRW", "원": "KRW", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY"}
_SIGN = "|".join(map(re.escape, _SIGNS))
_CURRENCY = rf"{_SIGN}|[A-Za-z]{{3}}"
_MONEY = re.compile(rf"(?P<before>{_CURRENCY})?\s*(?P<number>.*?)\s*(?P<after>{_CURRENCY})?")


class TypedMoney(NamedTuple):
    """An amount in units of its currency, and the currency if it was typed."""

    amount: Decimal
    currency: str | None


def read_number(text: str) -> Decimal:
    """A number that is not negative. Raises ValidationError."""
    return _number(_folded(text), text)


def read_money(text: str) -> TypedMoney:
    """An amount, with its currency before or behind it, or without. Raises ValidationError."""
    found = _MONEY.fullmatch(_folded(text))
    if found is None:
        raise ValidationError(_NO_NUMBER, params={"value": text})
    amount = _number(found["number"], text)
    currencies = {_SIGNS.get(sign, sign.upper()) for sign in found.group("before", "after") if sign}
    if len(currencies) > 1:
        raise ValidationError(_("“%(value)s” names two currencies."), params={"value": text})
    return TypedMoney(amount, next(iter(currencies), None))


def _folded(text: str) -> str:
    """With the wide digits and signs of an Asian keyboard as ASCII has them."""
    return unicodedata.normalize("NFKC", text).strip()


def _number(text: str, typed: str) -> Decimal:
    if len(text) > _LENGTH_MAX:
        raise ValidationError(_NO_NUMBER, params={"value": typed})
    if _PLAIN.fullmatch(text):
        return _decimal(text)
    if _WITH_COMMAS.fullmatch(text):
        raise ValidationError(_COMMA, params={"value": typed})
    value = _korean(text)
    if value is None:
        raise ValidationError(_NO_NUMBER, params={"value": typed})
    return value


def _korean(text: str) -> Decimal | None:
    """`1억 2천3백만`: large units from the largest to the smallest, each with a number before it."""
    total, below = Decimal(0), 10**16
    at = 0
    for part in _LARGE_PART.finditer(text):
        number, unit = _small(part[1].strip()), _LARGE_UNITS[part[2]]
        if part.start() != at or number is None or unit >= below or (below < 10**16 and number >= 10**4):
            return None
        total, below, at = total + number * unit, unit, part.end()
    return total if text and at == len(text) else None


def _small(text: str) -> Decimal | None:
    """`2천3백`, `1.5` or `2,000`."""
    total, below, at = Decimal(0), 10**4, 0
    for part in _SMALL_PART.finditer(text):
        unit = _SMALL_UNITS[part[2]]
        if part.start() != at or unit >= below:
            return None
        total, below, at = total + _decimal(part[1]) * unit, unit, part.end()
    return total if text and at == len(text) else None


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
