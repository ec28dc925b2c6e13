"""Endpoints of receivers, the messages about what has happened, and what is sent of them to whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAME_LENGTH_MAX = 200
URL_LENGTH_MAX = 2_048
KEY_LENGTH_MAX = 200


class MessageType(models.TextChoices):
    """What a receiver can be told of. The values are the contract's."""

    PUBLICATION_REFUSED = "publication.refused", _("publication refused")
    BUDGET_80_PERCENT = "campaign.budget_80_percent", _("budget at 80 %")
    FLIGHT_ENDED = "flight.ended", _("flight ended")


class Endpoint(models.Model):
    """The address of a receiver, and what it is told of."""

    # Of a new endpoint, until the page that shows it is written. No column.
    shown_secret = ""

    class OffReason(models.TextChoices):
        FAILURES = "failures", _("it failed for days")
        GONE = "gone", _("it answered 410 Gone")

    name = models.CharField(_("name"), max_length=NAME_LENGTH_MAX)
    url = models.CharField(_("address"), max_length=URL_LENGTH_MAX)
    # Values of MessageType.
    types = models.JSONField(_("messages"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # As `webhooks.sealing` seals them.
    sealed_secret = models.TextField(editable=False)
    sealed_previous_secret = models.TextField(blank=True, default="", editable=False)
    # Until then messages are signed with the previous secret, too.
    previous_until = models.DateTimeField(_("previous secret is valid until"), null=True, editable=False)
    # Since when each message has failed; null while they arrive.
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    switched_off_at = models.DateTimeField(_("switched off at"), null=True, editable=False)
    switched_off_reason = models.CharField(
        _("switched off because"), max_length=8, choices=OffReason.choices, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """What has happened, as it is sent. Written once, in the transaction of what has happened if that is
    one of the database.
    """

    # The header `webhook-id`: a receiver that has seen it before ignores the message.
    public_id = models.CharField(_("ID"), max_length=40, unique=True)
    type = models.CharField(_("message"), max_length=32, choices=MessageType.choices)
    # What has happened, and when, so that it is told once.
    key = models.CharField(max_length=KEY_LENGTH_MAX, unique=True)
    # JSON. Each attempt sends these characters, because the signature is over them.
    body = models.TextField(_("what is sent"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_index=True)
    # Whether the key is kept for ever: what it stands for may be seen again at any time.
    is_kept = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.public_id


class Sending(models.Model):
    """A message to one endpoint: the outbox, and afterwards the log. It has nothing of answers but their
    status.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ARRIVED = "arrived", _("arrived")
        GIVEN_UP = "given_up", _("given up")

    class Problem(models.TextChoices):
        ADDRESS = "address", _("address is not public")
        NAME = "name", _("host name is unknown")
        CONNECTION = "connection", _("no connection")
        TLS = "tls", _("certificate or TLS is refused")
        TIMEOUT = "timeout", _("no answer in time")
        ANSWER = "answer", _("answer is not HTTP")
        STATUS = "status", _("status is not 2xx")
        SECRET = "secret", _("secret cannot be read")
        PROGRAM = "program", _("error of the program")

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="sendings", verbose_name=_("webhook endpoint")
    )
    message = models.ForeignKey(Message, models.CASCADE, related_name="sendings", verbose_name=_("message"))
    state = models.CharField(
        pgettext_lazy("webhook", "state"), max_length=8, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # While it waits: not before this moment. An attempt that begins moves it to the end of its lease, so
    # that another worker takes the sending only if this one does not come back.
    due_at = models.DateTimeField(_("next attempt"))
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    problem = models.CharField(_("problem"), max_length=10, choices=Problem.choices, blank=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "message"], name="sending_once"),
            models.CheckConstraint(
                name="sending_arrived_has_status",
                condition=~Q(state="arrived") | Q(status__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="sending_due")]

    def __str__(self) -> str:
        return f"{self.message_id} -> {self.endpoint_id}"
