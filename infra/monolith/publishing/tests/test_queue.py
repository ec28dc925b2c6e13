from datetime import timedelta
from unittest import mock

from django.db import transaction
from django.test import TestCase
from django.utils import timezone

from adops.models import Advertiser, Campaign, Channel
from publishing.models import CatalogChange, Publication
from publishing.services import (
    record_change,
    recover_interrupted,
    request_after_quiet_period,
    request_for_learned_rates,
    request_publication,
    request_rollback,
    take_next,
)
from publishing.services.queue import LEASE
from publishing.tests.catalog import PublishingTestCase

COMMAND = Publication.Trigger.COMMAND


def changes() -> list[tuple[str, str, str]]:
    return list(CatalogChange.objects.order_by("id").values_list("kind", "row_id", "action"))


def later(seconds: float):
    """Sets the clock forward."""
    moment = timezone.now() + timedelta(seconds=seconds)
    return mock.patch("django.utils.timezone.now", return_value=moment)


class OutboxTests(TestCase):
    def test_every_edit_waits_one_by_one_or_many_at_once(self):
        channel = Channel.objects.create(public_id="ch-1", name="N")
        channel.name = "M"
        channel.save()
        Channel.objects.filter(pk=channel.pk).update(name="O")
        Channel.objects.bulk_create([Channel(public_id="ch-2", name="N")])
        channel.delete()
        Channel.objects.all().delete()

        self.assertEqual(
            changes(),
            [
                ("channel", "ch-1", "added"),
                ("channel", "ch-1", "changed"),
                ("channel", "", "changed"),
                ("channel", "", "changed"),
                ("channel", "ch-1", "removed"),
                ("channel", "ch-2", "removed"),
            ],
        )

    def test_an_update_that_finds_nothing_is_no_edit(self):
        Channel.objects.filter(pk=0).update(name="O")
        self.assertEqual(changes(), [])

    def test_an_edit_that_is_taken_back_does_not_wait(self):
        for edit in (
            lambda: Channel.objects.create(public_id="ch-1", name="N"),
            lambda: Channel.objects.bulk_create([Channel(public_id="ch-2", name="N")]),
        ):
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                edit()
                raise ZeroDivisionError
        self.assertEqual((changes(), Channel.objects.count()), ([], 0))

    def test_an_edit_whose_entry_cannot_be_written_is_not_made(self):
        failing = mock.patch.object(CatalogChange.objects, "create", side_effect=ZeroDivisionError)
        with failing, self.assertRaises(ZeroDivisionError):
            Channel.objects.create(public_id="ch-1", name="N")
        self.assertFalse(Channel.objects.exists())

    def test_rows_that_go_with_another_wait_too(self):
        advertiser = Advertiser.objects.create(public_id="a-1", name="A")
        campaign = Campaign.objects.create(
            public_id="c-1", advertiser=advertiser, name="C", starts_at=timezone.now()
        )
        campaign.delete()
        self.assertEqual(changes()[-1], ("campaign", "c-1", "removed"))


class LearnedRatesTests(TestCase):
    def test_rates_alone_are_published_only_if_a_setting_says_so(self):
        with later(1e6):
            self.assertIsNone(request_for_learned_rates(0))
            requested = request_for_learned_rates(3_600)
            self.assertEqual(requested.trigger, "learned_rates")
            # One that waits or runs, or was finished lately, has the rates of its moment.
            self.assertIsNone(request_for_learned_rates(3_600))
        requested.state, requested.finished_at = "unchanged", timezone.now()
        requested.save()
        for seconds, is_due in ((3_590, False), (3_610, True)):
            with self.subTest(seconds=seconds), later(seconds):
                self.assertEqual(request_for_learned_rates(3_600) is not None, is_due)

    def test_after_a_rollback_it_waits_for_a_person(self):
        Publication.objects.create(
            state="published", trigger=COMMAND, version=3, rollback_of=1, finished_at=timezone.now()
        )
        with later(1e6):
            self.assertIsNone(request_for_learned_rates(3_600))


class QuietPeriodTests(TestCase):
    def test_it_begins_with_the_last_edit(self):
        record_change(kind="channel", action="changed")
        with later(20):
            record_change(kind="channel", action="changed")
        for seconds, is_due in ((29, False), (45, False), (51, True)):
            with self.subTest(seconds=seconds), later(seconds):
                self.assertEqual(request_after_quiet_period(30) is not None, is_due)

    def test_edits_that_never_pause_are_published_all_the_same(self):
        for seconds in range(0, 300, 20):
            with later(seconds):
                record_change(kind="channel", action="changed")
                self.assertIsNone(request_after_quiet_period(30))
        with later(301):
            self.assertIsNotNone(request_after_quiet_period(30))

    def test_without_an_edit_or_with_the_setting_off_there_is_none(self):
        self.assertIsNone(request_after_quiet_period(30))
        record_change(kind="channel", action="changed")
        with later(1e6):
            self.assertIsNone(request_after_quiet_period(0))

    def test_it_asks_once(self):
        record_change(kind="channel", action="changed")
        with later(31):
            first, second = request_after_quiet_period(30), request_after_quiet_period(30)
        self.assertEqual(first, second)

    def test_after_a_failure_it_waits_a_little(self):
        record_change(kind="channel", action="changed")
        Publication.objects.create(state="failed", trigger=COMMAND, error="gone", finished_at=timezone.now())
        with later(29):
            self.assertIsNone(request_after_quiet_period(5))
        with later(31):
            self.assertIsNotNone(request_after_quiet_period(5))

    def test_after_a_rollback_it_waits_for_a_person(self):
        Publication.objects.create(state="published", trigger=COMMAND, version=3, rollback_of=1)
        record_change(kind="channel", action="changed")
        with later(1e6):
            self.assertIsNone(request_after_quiet_period(30))
        Publication.objects.create(state="published", trigger=COMMAND, version=4)
        with later(1e6):
            self.assertIsNotNone(request_after_quiet_period(30))


class QueueTests(TestCase):
    def test_the_longest_wait_is_first_and_none_is_taken_while_one_is_executed(self):
        first = request_rollback(version=1, trigger=COMMAND)
        second = request_publication(trigger=COMMAND)

        self.assertEqual(take_next(), first)
        self.assertIsNone(take_next())
        Publication.objects.filter(pk=first.pk).update(state="published")
        self.assertEqual(take_next(), second)

    def test_a_request_joins_the_one_that_waits_but_no_rollback(self):
        rollback = request_rollback(version=1, trigger=COMMAND)
        first, second = (request_publication(trigger=COMMAND) for _ in range(2))
        self.assertEqual(first, second)
        self.assertNotEqual(first, rollback)
        take_next()
        Publication.objects.filter(pk=rollback.pk).update(state="published")
        take_next()
        self.assertNotEqual(request_publication(trigger=COMMAND), first)


class TakeoverTests(PublishingTestCase):
    def interrupt(self, function: str) -> Publication:
        """A publication whose process was killed when it called something."""
        request_publication(trigger=COMMAND)
        # No handler of the program catches a GeneratorExit: it ends the work as SIGKILL would.
        killed = mock.patch(function, side_effect=GeneratorExit)
        with killed, self.assertRaises(GeneratorExit):
            self.work()
        return Publication.objects.latest("id")

    def test_one_that_may_still_be_alive_is_left_alone(self):
        self.interrupt("publishing.services.execution.compare")

        self.assertEqual(recover_interrupted(self.store), [])
        self.assertIsNone(take_next())

    def test_one_killed_before_the_end_changes_nothing_and_is_taken_over(self):
        for function in (
            "publishing.services.execution.pack_rows",
            "publishing.services.execution.compare",
            "publishing.dynamodb.draft.Draft.write",
            "publishing.compiler.Compiler.compile",
            "publishing.dynamodb.draft.Draft.publish",
        ):
            with self.subTest(function=function):
                before = self.store.last_published()
                Channel.objects.create(name="another")
                interrupted = self.interrupt(function)
                self.assertEqual(self.store.last_published(), before)

                with later(LEASE.total_seconds() + 1):
                    successor = self.work()

                interrupted.refresh_from_db()
                self.assertEqual(interrupted.state, "failed")
                self.assertIn(f"#{successor.pk} takes over", interrupted.error)
                self.assertEqual((successor.state, successor.trigger), ("published", "takeover"))
                self.assertFalse(CatalogChange.objects.exists())

    def test_one_killed_after_the_end_was_published(self):
        interrupted = self.interrupt("publishing.services.execution._finish")
        self.assertEqual(self.last_published().version, 1)

        with later(LEASE.total_seconds() + 1):
            (recovered,) = recover_interrupted(self.store)

        interrupted.refresh_from_db()
        self.assertEqual(recovered, interrupted)
        self.assertEqual((interrupted.state, interrupted.version), ("published", 1))
        self.assertEqual(Publication.objects.count(), 1)
        self.assertFalse(CatalogChange.objects.exists())

    def test_a_rollback_is_taken_over_as_one(self):
        request_publication(trigger=COMMAND)
        self.work()
        Channel.objects.update(name="second")
        request_publication(trigger=COMMAND)
        self.work()
        request_rollback(version=1, trigger=COMMAND)
        with mock.patch("publishing.dynamodb.draft.Draft.write", side_effect=GeneratorExit):
            with self.assertRaises(GeneratorExit):
                self.work()
        with later(LEASE.total_seconds() + 1):
            successor = self.work()
        self.assertEqual((successor.rollback_of, successor.version), (1, 3))
