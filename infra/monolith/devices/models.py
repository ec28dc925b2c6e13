"""The settings of the lock-screen app, one row a device."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.vocabulary.codes import LANGUAGE
from members.models import DEVICE_ID_LENGTH_MAX, MemberDevice, validate_device_id


def validate_language(value: str) -> None:
    if not LANGUAGE.canonical.fits(value):
        raise ValidationError(_("Enter a lower-case BCP 47 primary subtag such as ko."))


class DeviceSettings(models.Model):
    """One device's settings. A device without a row has the defaults below.

    The row of a registered device belongs to its registration, and no other device reaches it. The
    row of a device that never registered belongs to its device ID, which is its credential.
    """

    registration = models.OneToOneField(
        MemberDevice,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="settings",
        verbose_name=_("registered device"),
    )
    # Null for a registered device.
    device_id = models.CharField(
        _("device ID"),
        max_length=DEVICE_ID_LENGTH_MAX,
        unique=True,
        null=True,
        validators=[validate_device_id],
    )
    lock_screen_enabled = models.BooleanField(_("lock screen enabled"), default=True)
    # Local times of the device, both or neither. If `quiet_from` is later, the hours go over
    # midnight.
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    language = models.CharField(
        _("language"),
        max_length=8,
        default="en",
        validators=[validate_language],
        help_text=_("BCP 47 primary subtag, such as ko"),
    )
    wifi_only_images = models.BooleanField(_("images over Wi-Fi only"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("device settings")
        verbose_name_plural = _("device settings")
        constraints = [
            models.CheckConstraint(
                name="device_settings_of_one_device",
                condition=Q(registration__isnull=True, device_id__isnull=False)
                | Q(registration__isnull=False, device_id__isnull=True),
            ),
            models.CheckConstraint(
                name="device_settings_quiet_hours",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                violation_error_message=_("Set two different times for the quiet hours, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.stated_device_id

    @property
    def stated_device_id(self) -> str:
        registration = self.registration
        return registration.device_id if registration else self.device_id or ""
