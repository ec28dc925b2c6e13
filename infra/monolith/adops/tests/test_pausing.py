"""Point 5: what was paused on purpose stays paused when many rows are resumed."""

from adops.models import Campaign, LineItem, Status
from adops.services.switching import resume, switch
from adops.tests.admin_case import AdminCase, messages_of
from adops.tests.rows import make_campaign, make_content, make_line_item
from pausing.models import PausedRow


class PausingTests(AdminCase):
    def active(self, model=LineItem) -> set[int]:
        return set(model.objects.filter(status=Status.ACTIVE).values_list("pk", flat=True))

    def test_publishing_without_fear_resuming_many_leaves_alone_what_was_paused_on_purpose(self):
        on_purpose, *rows = [make_line_item(status=Status.PAUSED), make_line_item(), make_line_item()]
        self.act("pause", on_purpose, *rows)
        page = self.act("resume", on_purpose, *rows)
        self.assertEqual(self.active(), {row.pk for row in rows})
        told = "1 was paused on purpose before, and stays paused. Select it alone to resume it."
        self.assertEqual(messages_of(page), ["2 are now active.", told])
        self.act("resume", on_purpose)
        self.assertIn(on_purpose.pk, self.active())

    def test_publishing_without_fear_the_last_of_two_pauses_is_undone_first(self):
        first, second, third = make_line_item(), make_line_item(), make_line_item()
        self.act("pause", first)
        self.act("pause", first, second, third)
        self.act("resume", first, second, third)
        self.assertEqual(self.active(), {second.pk, third.pk})
        self.act("resume", first, second, third)
        self.assertEqual(self.active(), {first.pk, second.pk, third.pk})
        self.assertFalse(PausedRow.objects.exists())

    def test_publishing_without_fear_a_pause_in_the_form_is_on_purpose(self):
        rows = [make_line_item(), make_line_item()]
        self.act("pause", *rows)
        self.change(rows[0], status="active")
        self.change(rows[0], status="paused")
        self.change(rows[1], name="a new name keeps it in the pause")
        self.act("resume", *rows)
        self.assertEqual(self.active(), {rows[1].pk})

    def test_publishing_without_fear_the_campaigns_of_an_advertiser_are_paused_and_resumed(self):
        campaign = make_campaign()
        on_purpose = make_campaign(advertiser=campaign.advertiser, status=Status.PAUSED)
        of_another = make_campaign()
        page = self.act("pause_campaigns", campaign.advertiser)
        self.assertEqual(messages_of(page), ["1 is now paused."])
        self.assertEqual(self.active(Campaign), {of_another.pk})
        self.act("resume_campaigns", campaign.advertiser)
        self.assertEqual(self.active(Campaign), {campaign.pk, of_another.pk})
        on_purpose.refresh_from_db()
        self.assertEqual(on_purpose.status, Status.PAUSED)

    def test_publishing_without_fear_a_pause_of_a_campaign_leaves_its_line_items(self):
        line_item = make_line_item(status=Status.PAUSED)
        other = make_line_item(campaign=line_item.campaign)
        self.act("pause", line_item.campaign)
        self.act("resume", line_item.campaign)
        self.assertEqual(self.active(), {other.pk})
        self.assertEqual(self.active(Campaign), {line_item.campaign.pk})

    def test_publishing_without_fear_new_rows_that_start_paused_are_resumed_together(self):
        rows = [make_content(status=Status.PAUSED), make_content(status=Status.PAUSED)]
        page = self.act("resume", *rows)
        self.assertEqual(messages_of(page), ["2 are now active."])

    def test_publishing_without_fear_more_rows_than_a_statement_takes_are_resumed(self):
        example = make_line_item()
        LineItem.objects.bulk_create(
            LineItem(
                campaign=example.campaign,
                currency=example.currency,
                price_micros=1,
                name="n",
                public_id=f"x-{n}",
            )
            for n in range(1_100)
        )
        switch(rows=LineItem.objects.filter(pk=example.pk), status=Status.PAUSED, by=self.user)
        switch(rows=LineItem.objects.all(), status=Status.PAUSED, by=self.user)
        self.assertEqual(resume(rows=LineItem.objects.all(), by=self.user), (1_100, 1))
