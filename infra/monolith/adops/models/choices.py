"""The words that a field of a row may have. The catalog spells them the same way."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """What operators decided about a row. Only active rows are published."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    ARCHIVED = "archived", _("archived")
    # Of creatives and contents alone: links to them lead nowhere (malware, the law).
    BLOCKED = "blocked", _("blocked")


class Tier(models.TextChoices):
    SPONSORSHIP = "sponsorship", _("sponsorship")
    STANDARD = "standard", _("standard")
    NETWORK = "network", _("network")
    BULK = "bulk", _("bulk")
    HOUSE = "house", _("house")


class Pricing(models.TextChoices):
    CPM = "cpm", _("CPM (per 1,000 impressions)")
    CPC = "cpc", _("CPC (per click)")
    CPA = "cpa", _("CPA (per action)")
    CPI = "cpi", _("CPI (per install)")


class GoalKind(models.TextChoices):
    IMPRESSIONS = "impressions", _("impressions")
    CLICKS = "clicks", _("clicks")


class Delivery(models.TextChoices):
    EVEN = "even", _("evenly, as the traffic is")
    FRONT_LOADED = "front_loaded", _("evenly, a quarter ahead at first")
    ASAP = "asap", _("as fast as possible")


class CapKind(models.TextChoices):
    SOFT = "soft", _("soft (one slot while the user's history is not known)")
    HARD = "hard", _("hard (no slot while the user's history is not known)")


class Rating(models.TextChoices):
    EVERYONE = "everyone", _("everyone")
    TEEN = "teen", _("teen")
    MATURE = "mature", _("mature")


class FirstSlot(models.TextChoices):
    ANY = "any", _("what the ratio says")
    AD = "ad", _("an ad")
    CONTENT = "content", _("a content")
