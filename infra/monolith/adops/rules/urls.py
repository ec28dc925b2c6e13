"""Where images come from and where clicks lead."""

from django.utils.translation import gettext_lazy as _

from adops.rules.codes import require_match

URL_LENGTH_MAX = 2_048

IMAGE_URL_PATTERN = r"^https://[!-~]+$"
LANDING_URL_PATTERN = r"^(https|market|itms-apps|itms-appss)://[!-~]*$"


def validate_image_url(value: str) -> None:
    message = _("An image's address begins with https:// and is of visible ASCII characters alone.")
    require_match(IMAGE_URL_PATTERN, value, message)


def validate_landing_url(value: str) -> None:
    message = _(
        "A landing page's address begins with https://, market://, itms-apps:// or itms-appss://"
        " and is of visible ASCII characters alone."
    )
    require_match(LANDING_URL_PATTERN, value, message)
