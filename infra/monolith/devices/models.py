"""Settings that a person made on a device."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from web.text import is_visible

DEVICE_ID_LENGTH_MAX = 128
LANGUAGE_PATTERN = r"\A[a-z]{2,8}\Z"


def validate_device_id(value: str) -> None:
    if not is_visible(value, DEVICE_ID_LENGTH_MAX):
        raise ValidationError("must be 1 to 128 visible characters, in UTF-8")


class DeviceSettings(models.Model):
    """One device's settings. A device without a row has the defaults below."""

    device_id = models.CharField(
        max_length=DEVICE_ID_LENGTH_MAX, unique=True, validators=[validate_device_id]
    )
    lock_screen_enabled = models.BooleanField(default=True)
    # Local times of the device. Both or neither; a beginning later than the end goes over midnight.
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
