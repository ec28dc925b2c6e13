"""Point 5: a publication is made at a time that a person typed, or says why not."""

import itertools
from datetime import datetime, timedelta
from datetime import timezone as datetime_timezone
from zoneinfo import ZoneInfo

from django.contrib.admin.models import LogEntry
from django.test import SimpleTestCase
from django.utils import timezone

from adops.models import Channel, LineItem
from adops.services.history import text_of
from publishing.models import CatalogChange, Publication
from publishing.pages.schedule_form import ScheduleForm
from publishing.services import (
    request_after_quiet_period,
    request_for_learned_rates,
    request_publication,
)
from publishing.services.decisions import release_due
from publishing.tests.publishing_admin import LIST, PublishingPagesTestCase, operator

COMMAND = Publication.Trigger.COMMAND
UTC = datetime_timezone.utc


class TypedTimeTests(SimpleTestCase):
    def form(self, day: str, hour: str, which: str = "") -> ScheduleForm:
        with timezone.override(ZoneInfo("America/New_York")):
            form = ScheduleForm({"day": day, "hour": hour, "which": which, "rows": "then"})
            form.is_valid()
        return form

    def setUp(self) -> None:
        # The next days on which clocks change there are within a year of any day.
        zone, now = ZoneInfo("America/New_York"), datetime.now(UTC)
        days = [(now + timedelta(days=ahead)).date() for ahead in range(2, 366)]
        noons = {day: datetime(day.year, day.month, day.day, 12, tzinfo=zone) for day in days}
        lengths = {
            day: (noons[day].astimezone(UTC) - noons[before].astimezone(UTC))
            for before, day in itertools.pairwise(days)
        }
        self.short = next(day for day, length in lengths.items() if length == timedelta(hours=23))
        self.long = next(day for day, length in lengths.items() if length == timedelta(hours=25))

    def test_publishing_without_fear_an_hour_that_the_clock_skips_is_refused(self):
        form = self.form(str(self.short), "02:30")
        self.assertIn("The clock skips this time", str(form.errors["hour"]))
        self.assertIn("due_at", self.form(str(self.short), "03:30").cleaned_data)

    def test_publishing_without_fear_an_hour_that_comes_twice_is_asked_about(self):
        form = self.form(str(self.long), "01:30")
        self.assertTrue(form.asks_which)
        self.assertIn("comes twice", str(form.errors["which"]))
        first = self.form(str(self.long), "01:30", "first").cleaned_data["due_at"]
        second = self.form(str(self.long), "01:30", "second").cleaned_data["due_at"]
        self.assertEqual(second - first, timedelta(hours=1))
        self.assertFalse(self.form(str(self.long), "03:30").asks_which)

    def test_publishing_without_fear_times_that_are_over_or_far_or_none_are_refused(self):
        for day, hour in (("2020-01-01", "10:00"), ("9999-12-31", "23:59"), ("0001-01-01", "00:00")):
            self.assertFalse(self.form(day, hour).is_valid(), day)
        for day, hour in (("", "10:00"), ("2027-02-30", "10:00"), ("2027-01-01", "25:00"), ("x", "y")):
            self.assertFalse(self.form(day, hour).is_valid(), day)


class ScheduledTests(PublishingPagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        request_publication(trigger=COMMAND)
        self.work()
        self.mina = operator("mina")
        Channel.objects.create(public_id="ch-2", name="second")

    def schedule(self, rows: str = "previewed", **more: str):
        at = timezone.now() + timedelta(days=1)
        seen = self.mina.get(f"{LIST}preview/").context["preview"]
        fields = {
            "schedule": "yes",
            "digest": seen.digest,
            "day": at.strftime("%Y-%m-%d"),
            "hour": at.strftime("%H:%M"),
            "rows": rows,
            **more,
        }
        return self.mina.post(f"{LIST}publish/", fields, follow=True)

    def come(self) -> None:
        """The time of all scheduled publications comes."""
        Publication.objects.filter(state="scheduled").update(due_at=timezone.now())
        self.assertEqual(release_due(), 1)

    def test_publishing_without_fear_a_publication_is_scheduled_listed_and_made_at_its_time(self):
        page = self.schedule()
        self.assertContains(page, "is scheduled for")
        self.assertContains(page, 'id="waiting-publications"')
        self.assertContains(page, "exactly what was previewed")
        self.assertEqual(release_due(), 0, "its time has not come")
        self.come()
        self.assertEqual(self.work().state, "published")
        self.assertEqual(self.last_published().version, 2)
        self.assertNotContains(self.mina.get(LIST), "waiting-publications")

    def test_publishing_without_fear_a_failure_of_a_scheduled_one_is_told_to_the_person(self):
        self.schedule()
        LineItem.objects.update(price_micros=4)
        self.come()
        failed = self.work()
        self.assertEqual(failed.state, "failed")
        self.assertEqual(self.last_published().version, 1)
        entry = LogEntry.objects.latest("id")
        self.assertEqual((entry.user.username, entry.object_id), ("mina", str(failed.pk)))
        self.assertIn("The scheduled publication failed: the rows have changed", text_of(entry))
        told = f"The publication #{failed.pk} that you scheduled has failed."
        self.assertContains(self.mina.get("/admin/"), told)
        self.assertNotContains(operator("joon").get("/admin/"), told)
        self.assertContains(self.mina.get(f"{LIST}{failed.pk}/change/"), "The rows have changed")
        self.assertNotContains(self.mina.get("/admin/"), told)

    def test_publishing_without_fear_whatever_is_there_then_is_published_if_that_was_said(self):
        self.assertContains(self.schedule(rows="then"), "whatever the rows are then")
        LineItem.objects.update(price_micros=4)
        self.come()
        self.assertEqual(self.work().state, "published")

    def test_publishing_without_fear_a_confirmation_covers_no_slip_that_comes_later(self):
        self.schedule(rows="then", confirmed="yes")
        LineItem.objects.update(price_micros=400)
        self.come()
        self.assertIn("must be confirmed", self.work().error)

    def test_publishing_without_fear_a_scheduled_one_is_canceled(self):
        self.schedule()
        waiting = Publication.objects.get(state="scheduled")
        reader = operator("joon", "view_publication")
        path = f"{LIST}cancel/{waiting.pk}/"
        self.assertEqual(reader.post(path).status_code, 403)
        self.assertEqual(self.mina.get(path).status_code, 405)
        self.assertContains(self.mina.post(path, follow=True), "is canceled")
        self.assertContains(self.mina.post(path, follow=True), "does not wait any more")
        waiting.refresh_from_db()
        self.assertEqual((waiting.state, str(waiting.canceled_by)), ("canceled", "mina"))
        self.assertEqual(release_due(), 0)

    def test_publishing_without_fear_nothing_is_published_automatically_before_a_scheduled_one(self):
        CatalogChange.objects.update(changed_at=timezone.now() - timedelta(hours=1))
        Publication.objects.update(finished_at=timezone.now() - timedelta(hours=1))
        self.schedule()
        self.assertIsNone(request_after_quiet_period(1))
        self.assertIsNone(request_for_learned_rates(1))
        self.mina.post(f"{LIST}cancel/{Publication.objects.get(state='scheduled').pk}/")
        self.assertIsNotNone(request_after_quiet_period(1))

    def test_publishing_without_fear_a_time_that_cannot_be_is_said_in_the_form(self):
        page = self.schedule(day="2020-01-01")
        self.assertContains(page, "This time is over.", status_code=400)
        self.assertEqual(Publication.objects.count(), 1)

    def test_publishing_without_fear_a_schedule_is_korean_too(self):
        page = operator("지민", language="ko").get(f"{LIST}preview/")
        self.assertContains(page, 'value="예약"')
        self.assertContains(page, "나중에 게시")
