"""The settings of the lock-screen app, one row a device."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from members.models import DEVICE_ID_LENGTH_MAX, validate_device_id
from web.vocabulary import LANGUAGE_PATTERN


class DeviceSettings(models.Model):
    """One device's settings. A device without a row has the defaults below."""

    device_id = models.CharField(
        max_length=DEVICE_ID_LENGTH_MAX, unique=True, validators=[validate_device_id]
    )
    lock_screen_enabled = models.BooleanField(default=True)
    # Local times of the device, both or neither. If `quiet_from` is later, the hours go over
    # midnight.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    language = models.CharField(
        max_length=8,
        default="en",
        validators=[RegexValidator(LANGUAGE_PATTERN)],
        help_text="BCP 47 primary subtag, such as ko",
    )
    wifi_only_images = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "device settings"
        constraints = [
            models.CheckConstraint(
                name="device_settings_quiet_hours",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                violation_error_message="Quiet hours need two different ends, or none.",
            ),
        ]

    def __str__(self) -> str:
        return self.device_id
