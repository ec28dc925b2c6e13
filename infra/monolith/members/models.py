"""Members and their devices. A member whose data was erased stays as a row without any of it, so
that the points ledger still adds up.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from devices.models import DEVICE_ID_LENGTH_MAX, validate_device_id
from web.text import is_visible

USER_ID_LENGTH_MAX = 128
TIME_ZONE_LENGTH_MAX = 64
TOKEN_ID_LENGTH = 16
DIGEST_LENGTH = 64


def validate_user_id(value: str) -> None:
    if not is_visible(value, USER_ID_LENGTH_MAX):
        raise ValidationError(_("must be 1 to 128 visible characters"))


class Member(models.Model):
    class Gender(models.TextChoices):
        MALE = "M", _("male")
        FEMALE = "F", _("female")
        OTHER = "X", _("other")

    # The one that allocation requests name. Null once the member's data was erased.
    user_id = models.CharField(
        _("user ID"),
        max_length=USER_ID_LENGTH_MAX,
        unique=True,
        null=True,
        validators=[validate_user_id],
    )
    birth_year = models.PositiveSmallIntegerField(_("birth year"), null=True)
    gender = models.CharField(_("gender"), max_length=1, blank=True, choices=Gender.choices)
    language = models.CharField(
        _("language"), max_length=8, blank=True, help_text=_("BCP 47 primary subtag, such as ko")
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2, such as KR")
    )
    interests = models.JSONField(_("interests"), default=list)
    # Says when a day begins, and so when unlocks are rewarded again.
    time_zone = models.CharField(
        _("time zone"),
        max_length=TIME_ZONE_LENGTH_MAX,
        blank=True,
        help_text=_("IANA name, such as Asia/Seoul"),
    )
    registered_at = models.DateTimeField(_("registered at"))
    updated_at = models.DateTimeField(_("updated at"))
    erased_at = models.DateTimeField(_("erased at"), null=True)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="member_erased_or_known",
                condition=Q(erased_at__isnull=True, user_id__isnull=False)
                | Q(
                    erased_at__isnull=False,
                    user_id__isnull=True,
                    birth_year__isnull=True,
                    gender="",
                    language="",
                    country="",
                    time_zone="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.user_id or f"#{self.pk}"


class MemberDevice(models.Model):
    """A phone that a member registered, with what its token is checked against."""

    member = models.ForeignKey(
        Member, models.PROTECT, related_name="devices", verbose_name=_("member")
    )
    device_id = models.CharField(
        _("device ID"),
        max_length=DEVICE_ID_LENGTH_MAX,
        unique=True,
        validators=[validate_device_id],
    )
    # The part of a token that finds the row, and the SHA-256 of the part that proves it. That one
    # has 256 random bits: there is nothing to guess that a slow hash would have to slow down.
    token_id = models.CharField(max_length=TOKEN_ID_LENGTH, unique=True)
    token_digest = models.CharField(max_length=DIGEST_LENGTH)
    registration_key_digest = models.CharField(max_length=DIGEST_LENGTH)
    registered_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return self.device_id
