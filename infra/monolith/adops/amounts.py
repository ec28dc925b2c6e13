"""Money, rates and shares as operators write them. The program holds them as whole millionths and
uses no floating-point number.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from adops.typed_numbers import read_number

MICROS = 1_000_000
# One, in millionths.
PPM = 1_000_000
# A percent is ten thousand millionths.
PPM_PER_PERCENT = 10_000
I64_MAX = 2**63 - 1

_SYMBOLS = {"KRW": "₩", "USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£"}
# Currencies that are counted in whole units.
_WITHOUT_CENTS = frozenset({"KRW", "JPY", "VND", "CLP"})


def format_money(micros: int, currency: str) -> str:
    """`₩1,200`, `$1.50`, `CHF 0.000001`: all digits of the amount, and cents where usual."""
    symbol = _SYMBOLS.get(currency, f"{currency} " if currency else "")
    sign = "-" if micros < 0 else ""
    whole, _point, digits = format_scaled(abs(micros), MICROS).partition(".")
    if currency not in _WITHOUT_CENTS or digits:
        digits = digits.ljust(2, "0")
    return f"{sign}{symbol}{int(whole):,}{'.' if digits else ''}{digits}"


def format_scaled(value: int, scale: int) -> str:
    """`value / scale` as a decimal number, exact and without trailing zeros. A scale is 10^n."""
    whole, rest = divmod(value, scale)
    digits = f"{rest:0{len(str(scale)) - 1}}".rstrip("0")
    return f"{whole}.{digits}" if digits else str(whole)


def parse_scaled(text: str, scale: int) -> int:
    """`text * scale` of a typed number such as `1,200`, `1.5` or `100만`. Raises ValidationError."""
    return to_scaled(read_number(text), scale, text)


def to_scaled(number: Decimal, scale: int, typed: str) -> int:
    """`number * scale`, which must be whole. Raises ValidationError, which quotes what was typed."""
    value = number * scale
    if value > I64_MAX:
        raise ValidationError(_("“%(value)s” is too large."), params={"value": typed})
    if value != value.to_integral_value():
        raise ValidationError(
            _("“%(value)s” has too many decimal places: use at most %(digits)s."),
            params={"value": typed, "digits": len(str(scale)) - 1},
        )
    return int(value)
