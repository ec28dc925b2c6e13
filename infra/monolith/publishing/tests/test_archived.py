"""Point 8: what a version has of archived units, exchange rates and channels."""

from adops.models import Channel, ExchangeRate, Status, Unit
from publishing.models import Publication
from publishing.services import request_publication
from publishing.tests.catalog import PublishingTestCase


class ArchivedRowsTests(PublishingTestCase):
    def served(self) -> set[str]:
        request_publication(trigger=Publication.Trigger.COMMAND)
        publication = self.work()
        self.assertEqual(publication.error, "")
        return {row.sort_key for row in self.store.rows(self.last_published().version)}

    def test_an_archived_unit_leaves_with_its_rates_and_comes_back(self):
        whole = self.served()
        Unit.objects.update(status=Status.ARCHIVED)
        self.assertEqual(whole - self.served(), {"unit#u-1", "rates#li-1#u-1"})
        Unit.objects.update(status=Status.ACTIVE)
        self.assertEqual(self.served(), whole)

    def test_the_contents_of_an_archived_channel_leave_and_their_links_live_on(self):
        whole = self.served()
        Channel.objects.update(status=Status.ARCHIVED)
        after = self.served()
        self.assertEqual(whole - after, {"content#ct-1"})
        self.assertEqual(after - whole, {"tombstone#ct-1"})

    def test_an_archived_exchange_rate_stays_for_what_is_priced_in_it(self):
        whole = self.served()
        ExchangeRate.objects.update(status=Status.ARCHIVED)
        self.assertEqual(self.served(), whole)
