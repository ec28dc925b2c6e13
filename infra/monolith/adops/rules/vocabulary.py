"""Texts of a vocabulary. Every rule raises ValidationError in the reader's language."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kernel.vocabulary.codes import COUNTRY, CURRENCY, LANGUAGE, REGION
from kernel.vocabulary.form import NotInVocabulary, Vocabulary
from kernel.vocabulary.identifier import IDENTIFIER
from kernel.vocabulary.text import SHORT_TEXT
from kernel.vocabulary.time_zone import TIME_ZONE
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL, ORIGIN, has_ip_address
from kernel.vocabulary.version import VERSION

_MESSAGES = {
    IDENTIFIER.name: _("Use 1 to 64 of the letters A-Z and a-z, digits, and _ . -"),
    COUNTRY.name: _("“%(value)s” is not a two-letter country code such as KR."),
    REGION.name: _("“%(value)s” is not a region code such as KR-11."),
    LANGUAGE.name: _("“%(value)s” is not a language code such as ko."),
    CURRENCY.name: _("“%(value)s” is not a three-letter currency code such as KRW."),
    SHORT_TEXT.name: _("“%(value)s” is not a text of 1 to 64 characters whose only white space is a space."),
    VERSION.name: _("“%(value)s” is not a version: 1 to 4 numbers up to 65535, joined by dots."),
    TIME_ZONE.name: _("“%(value)s” is not a time zone such as Asia/Seoul."),
    IMAGE_URL.name: _(
        "The address of an image is https:// and a public host, without a user name, a password or spaces."
    ),
    LANDING_URL.name: _(
        "The address of a landing page is https:// and a public host, or an app store's with"
        " market://, itms-apps:// or itms-appss://, without a user name, a password or spaces."
    ),
    ORIGIN.name: _(
        "“%(value)s” is not an origin: write https:// and a public host, such as https://www.example.com,"
        " without a path."
    ),
}
_NONE_OF_THE_WORDS = _("“%(value)s” is not one of %(words)s.")
# The database's name for a clock that is not set. It names no place.
_NO_PLACE = "Factory"


def require(vocabulary: Vocabulary[Any], value: str) -> None:
    """Raises ValidationError if a catalog may not hold the text."""
    try:
        vocabulary.parse_canonical(value)
    except NotInVocabulary:
        if vocabulary.words:
            words = ", ".join(vocabulary.words)
            raise ValidationError(_NONE_OF_THE_WORDS, params={"value": value, "words": words}) from None
        raise ValidationError(_MESSAGES[vocabulary.name], params={"value": value}) from None


def canonical(vocabulary: Vocabulary[str], typed: str) -> str:
    """A typed text in the catalog's spelling: KR for kr. Raises ValidationError."""
    try:
        value = vocabulary.parse(typed)
    except NotInVocabulary:
        value = typed
    require(vocabulary, value)
    return value


def validate_id(value: str) -> None:
    require(IDENTIFIER, value)


def validate_language(value: str) -> None:
    require(LANGUAGE, value)


def validate_currency(value: str) -> None:
    require(CURRENCY, value)


def validate_label(value: str) -> None:
    """A category or an exclusion label."""
    require(SHORT_TEXT, value)


def validate_time_zone(value: str) -> None:
    if value == _NO_PLACE:
        raise ValidationError(_MESSAGES[TIME_ZONE.name], params={"value": value})
    require(TIME_ZONE, value)


def canonical_image_url(typed: str) -> str:
    """An address in the spelling of the standard, in ASCII. Raises ValidationError."""
    return canonical(IMAGE_URL, typed)


def canonical_landing_url(typed: str) -> str:
    """An address in the spelling of the standard, in ASCII. Raises ValidationError.

    Operators write names alone: an IP address as the host of a shop is a mistake or a fraud.
    """
    spelled = canonical(LANDING_URL, typed)
    if has_ip_address(spelled):
        raise ValidationError(_("The host of a landing page is a name, and not an IP address."))
    return spelled


def canonical_origin(typed: str) -> str:
    """An origin as a browser sends it. Raises ValidationError."""
    require(ORIGIN, typed)
    return ORIGIN.parse(typed)


def validate_origin(value: str) -> None:
    require(ORIGIN, value)


def validate_image_url(value: str) -> None:
    require(IMAGE_URL, value)


def validate_landing_url(value: str) -> None:
    require(LANDING_URL, value)
