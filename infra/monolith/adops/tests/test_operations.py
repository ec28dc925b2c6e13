"""Pausing, cloning, histories and roles."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import TestCase
from django.utils import timezone

from adops.models import (
    Advertiser,
    Campaign,
    Channel,
    Content,
    Creative,
    ExchangeRate,
    LineItem,
    Rates,
    Status,
    Unit,
)
from adops.roles import AD_OPS, EDITOR, READ_ONLY, make_roles
from adops.services.switching import switch
from adops.tests.admin_case import AdminCase, messages_of, url
from adops.tests.rows import (
    make_campaign,
    make_content,
    make_creative,
    make_currency,
    make_line_item,
    make_unit,
)


class SwitchingTests(AdminCase):
    def test_the_selected_rows_are_paused_and_resumed_and_their_histories_say_so(self):
        rows = [make_line_item(), make_line_item()]
        other = make_line_item()
        page = self.act("pause", *rows)
        self.assertEqual(messages_of(page), ["2 are now paused."])
        self.assertEqual(LineItem.objects.filter(status=Status.PAUSED).count(), 2)
        other.refresh_from_db()
        self.assertEqual(other.status, Status.ACTIVE)
        history = self.client.get(url(LineItem, "history", rows[0].pk))
        self.assertContains(history, "Status: paused.")
        self.act("resume", *rows)
        self.assertEqual(LineItem.objects.filter(status=Status.ACTIVE).count(), 3)

    def test_what_is_archived_does_not_come_back_with_many_others(self):
        archived = make_line_item(status=Status.ARCHIVED)
        page = self.act("resume", archived)
        archived.refresh_from_db()
        self.assertEqual(archived.status, Status.ARCHIVED)
        self.assertEqual(messages_of(page), ["0 are now active."])
        self.assertFalse(LogEntry.objects.exists())

    def test_campaigns_and_contents_can_be_switched_too(self):
        for row in (make_campaign(), make_content()):
            self.act("archive", row)
            row.refresh_from_db()
            self.assertEqual(row.status, Status.ARCHIVED)

    def test_more_rows_than_a_statement_takes_are_switched_and_known_as_changed(self):
        campaign, currency, began = make_campaign(), make_currency(), timezone.now()
        rows = [
            LineItem(campaign=campaign, currency=currency, price_micros=1, name="n", public_id=f"x-{n}")
            for n in range(1_100)
        ]
        LineItem.objects.bulk_create(rows)
        changed = switch(rows=LineItem.objects.all(), status=Status.PAUSED, by=self.user)
        self.assertEqual(changed, 1_100)
        self.assertEqual(LineItem.objects.filter(updated_at__gt=began).count(), 1_100)
        self.assertEqual(LogEntry.objects.count(), 1_100)


class CloningTests(AdminCase):
    def test_a_line_item_is_cloned_with_its_creatives_and_paused(self):
        targeting = {"countries": {"allow": ["KR"]}}
        line_item = make_line_item(targeting=targeting, dayparts=[], caps=[])
        make_creative(line_item=line_item, title="Old", status=Status.ARCHIVED)
        Rates.objects.create(line_item=line_item, unit=make_unit(), ctr_ppm=1)

        self.act("clone", line_item)

        copy = LineItem.objects.exclude(pk=line_item.pk).get()
        self.assertEqual((copy.name, copy.status), ("Commuters (copy)", Status.PAUSED))
        self.assertEqual((copy.targeting, copy.dayparts), (targeting, []))
        self.assertEqual([row.title for row in copy.creatives.all()], ["Coffee"])
        self.assertNotEqual(copy.public_id, line_item.public_id)
        self.assertFalse(copy.rates.exists())
        history = self.client.get(url(LineItem, "history", copy.pk))
        self.assertContains(history, f"Copy of {line_item.public_id}.")

    def test_a_campaign_is_cloned_with_its_line_items_and_nothing_spent(self):
        campaign = make_campaign(
            budget_micros=9, budget_currency=make_currency(), spent_micros=5, name="x" * 200
        )
        make_line_item(campaign=campaign)
        make_line_item(campaign=campaign, name="Paused", status=Status.PAUSED)
        make_line_item(campaign=campaign, name="Gone", status=Status.ARCHIVED)

        self.act("clone", campaign)

        copy = Campaign.objects.exclude(pk=campaign.pk).get()
        self.assertEqual((copy.status, copy.spent_micros), (Status.PAUSED, 0))
        self.assertEqual((len(copy.name), copy.budget_micros), (200, 9))
        names = {(row.name, row.status) for row in copy.line_items.all()}
        self.assertEqual(names, {("Commuters", "active"), ("Paused", "paused")})
        self.assertEqual(Creative.objects.filter(line_item__campaign=copy).count(), 2)


class RoleTests(TestCase):
    ADS = (Advertiser, Campaign, LineItem, Unit, ExchangeRate, Rates)
    EDITORIAL = (Channel, Content)

    def pages(self, role: str, page: str) -> dict[type, int]:
        user = User.objects.create_user(f"{role} {page}", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        self.client.force_login(user)
        models = (*self.ADS, *self.EDITORIAL)
        return {model: self.client.get(url(model, page)).status_code for model in models}

    def test_ad_ops_may_edit_ads_and_look_at_contents(self):
        self.assertEqual(set(self.pages(AD_OPS, "changelist").values()), {200})
        found = self.pages(AD_OPS, "add")
        self.assertEqual({found[model] for model in self.ADS}, {200})
        self.assertEqual({found[model] for model in self.EDITORIAL}, {403})

    def test_editors_may_edit_contents_and_see_no_prices(self):
        found = self.pages(EDITOR, "add")
        self.assertEqual({found[model] for model in self.EDITORIAL}, {200})
        self.assertEqual({found[model] for model in self.ADS}, {403})
        listed = self.pages(EDITOR, "changelist")
        self.assertEqual({listed[model] for model in (Campaign, LineItem, Rates)}, {403})

    def test_readers_may_see_everything_and_change_nothing(self):
        self.assertEqual(set(self.pages(READ_ONLY, "changelist").values()), {200})
        self.assertEqual(set(self.pages(READ_ONLY, "add").values()), {403})
        line_item = make_line_item(
            targeting={"countries": {"allow": ["KR", "JP"]}, "genders": {"deny": ["M"]}},
            caps=[{"window": "day", "limit": 3}],
            dayparts=[{"days": ["mon"], "from_hour": 9, "to_hour": 18}],
        )
        page = self.client.get(url(LineItem, "change", line_item.pk))
        for text in ("1200", "KR, JP", "men", "3 per day", "Mon 09-18"):
            self.assertContains(page, f'<div class="readonly">{text}</div>', html=True)
        self.client.post(url(LineItem, "changelist"), {"action": "pause", "_selected_action": [line_item.pk]})
        line_item.refresh_from_db()
        self.assertEqual(line_item.status, Status.ACTIVE)

    def test_a_changed_group_is_left_as_it_is(self):
        group = Group.objects.get(name=EDITOR)
        group.permissions.clear()
        make_roles(using="default")
        self.assertFalse(group.permissions.exists())
