"""Members and their devices.

Erasing a member empties the personal columns and keeps the row, because the points ledger refers to
the row.

Phones choose user IDs and device IDs, so an ID is a statement and no claim: any number of members
may state the same. What tells members apart is the key or the token of a phone.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.vocabulary.form import NotInVocabulary
from kernel.vocabulary.text import USER_ID, USER_ID_LENGTH_MAX
from web.visible_text import is_visible

DEVICE_ID_LENGTH_MAX = 128
TIME_ZONE_LENGTH_MAX = 64
TOKEN_ID_LENGTH = 16
DIGEST_LENGTH = 64


def validate_user_id(value: str) -> None:
    try:
        USER_ID.parse(value)
    except NotInVocabulary:
        raise ValidationError(_("must be 1 to 128 visible characters")) from None


def validate_device_id(value: str) -> None:
    if not is_visible(value, DEVICE_ID_LENGTH_MAX):
        raise ValidationError("must be 1 to 128 visible characters, in UTF-8")


class Member(models.Model):
    class Gender(models.TextChoices):
        MALE = "M", _("male")
        FEMALE = "F", _("female")
        OTHER = "X", _("other")

    # The user ID of allocation requests. Null after the erasure.
    user_id = models.CharField(
        _("user ID"),
        max_length=USER_ID_LENGTH_MAX,
        db_index=True,
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
    # The midnights of this time zone reset the daily limit of rewards.
    time_zone = models.CharField(
        _("time zone"),
        max_length=TIME_ZONE_LENGTH_MAX,
        blank=True,
        help_text=_("IANA name, such as Asia/Seoul"),
    )
    registered_at = models.DateTimeField(_("registered at"))
    updated_at = models.DateTimeField(_("updated at"))
    erased_at = models.DateTimeField(_("erased at"), null=True)
    # When a phone of the member first proved its key. Null if none has.
    proved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["-id"]
        permissions = [("recover_member", "Can recover member")]
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
    """A phone that a member registered, with its public key and the digest of its token."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="devices", verbose_name=_("member"))
    device_id = models.CharField(
        _("device ID"),
        max_length=DEVICE_ID_LENGTH_MAX,
        db_index=True,
        validators=[validate_device_id],
    )
    # A token is `ID.SECRET`. The secret has 256 random bits, so a fast hash of it resists guessing
    # as well as a slow one.
    token_id = models.CharField(max_length=TOKEN_ID_LENGTH, unique=True)
    token_digest = models.CharField(max_length=DIGEST_LENGTH)
    registration_key_digest = models.CharField(max_length=DIGEST_LENGTH)
    # The SHA-256 of the public key. Null for a phone that registered without one.
    key_id = models.CharField(_("key"), max_length=DIGEST_LENGTH, unique=True, null=True)
    registered_at = models.DateTimeField(_("registered at"))

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            # The Idempotency-Key is random, so only a phone itself can repeat its registration.
            models.UniqueConstraint(
                fields=["device_id", "registration_key_digest"], name="member_device_registers_once"
            ),
        ]

    def __str__(self) -> str:
        return self.device_id


class UsedChallenge(models.Model):
    """A challenge that a proof has used, until it has expired (members/challenges.py)."""

    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class PairingCode(models.Model):
    """A code that lets one more phone in to a member, once (members/pairing.py)."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="pairing_codes")
    # A keyed digest: the database alone yields no code.
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    expires_at = models.DateTimeField(db_index=True)
