"""Point 5: a slip is not published before it is confirmed. Point 7: publications say old and new."""

from django.contrib.auth.models import Permission, User
from django.test import Client

from adops.models import Content, ExchangeRate, LineItem, Status, Unit
from publishing.models import Publication
from publishing.services import request_after_quiet_period, request_publication, request_rollback
from publishing.tests.catalog import PublishingTestCase

BUTTON = Publication.Trigger.BUTTON


class ConfirmationTests(PublishingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.assertEqual(self.publish().state, "published")

    def publish(self, **options: bool) -> Publication:
        request_publication(trigger=BUTTON, **options)
        return self.work()

    def test_units_that_go_and_prices_that_jump_are_confirmed_first(self):
        for model, slip, back, reason in (
            (Unit, {"status": Status.ARCHIVED}, {"status": Status.ACTIVE}, "become 404: u-1"),
            (LineItem, {"price_micros": 30}, {"price_micros": 3}, "line item li-1: price_micros jumps"),
            (LineItem, {"price_micros": 0}, {"price_micros": 3}, "from 3 to 0"),
            (ExchangeRate, {"rate_ppm": 1_400_000}, {"rate_ppm": 700_000}, "exchange rate KRW: rate_ppm"),
            (ExchangeRate, {"rate_ppm": 350_000}, {"rate_ppm": 700_000}, "from 700,000 to 350,000"),
        ):
            with self.subTest(reason):
                served = self.last_published().version
                model.objects.update(**slip)
                refused = self.publish()
                self.assertEqual(refused.state, "failed")
                self.assertIn(reason, refused.error)
                self.assertEqual(self.last_published().version, served)
                model.objects.update(**back)
                self.assertEqual(self.publish().state, "unchanged")
        LineItem.objects.update(price_micros=29)
        self.assertEqual(self.publish().state, "published", "less than ten times as much")

    def test_many_rows_that_go_are_confirmed_first(self):
        content = Content.objects.get()
        copies = [
            Content(
                public_id=f"ct-x{number}",
                channel=content.channel,
                title="x",
                image_url=content.image_url,
                landing_url=content.landing_url,
                language="ko",
                published_at=content.published_at,
            )
            for number in range(40)
        ]
        Content.objects.bulk_create(copies)
        self.assertEqual(self.publish().state, "published")
        many = Content.objects.filter(public_id__startswith="ct-x")
        Content.objects.filter(pk__in=list(many.values_list("pk", flat=True)[:19])).update(status="paused")
        self.assertEqual(self.publish().state, "published", "19 rows are not many")
        many.update(status="active")
        self.publish()
        many.update(status="paused")
        self.assertIn("40 of 41 rows of content are removed", self.publish().error)

    def test_after_a_refusal_nothing_is_published_automatically_until_it_is_confirmed(self):
        Unit.objects.update(status=Status.ARCHIVED)
        self.publish()
        self.assertIsNone(request_after_quiet_period(1))
        user = User.objects.create_user("mina", is_staff=True)
        codenames = ("view_publication", "publish_catalog")
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        refused = Publication.objects.latest("id")
        page = client.get(f"/admin/publishing/publication/{refused.pk}/change/")
        self.assertContains(page, 'id="confirm-publication"')
        self.assertContains(page, "404")
        client.post("/admin/publishing/publication/publish/", {"confirmed": "yes"})
        self.assertEqual(self.work().state, "published")
        page = client.get(f"/admin/publishing/publication/{refused.pk}/change/")
        self.assertNotContains(page, 'id="confirm-publication"')

    def test_a_command_and_a_rollback_are_a_confirmation(self):
        Unit.objects.update(status=Status.ARCHIVED)
        request_publication(trigger=Publication.Trigger.COMMAND)
        self.assertEqual(self.work().state, "published")
        request_rollback(version=1, trigger=BUTTON)
        self.assertEqual(self.work().state, "published")


class RowsOfPublicationsTests(PublishingTestCase):
    def test_a_publication_has_names_links_and_old_and_new(self):
        request_publication(trigger=BUTTON)
        self.work()
        line_item = LineItem.objects.get()
        LineItem.objects.update(price_micros=5_000_000, name="<Second>")
        Content.objects.get().delete()
        request_publication(trigger=BUTTON, is_confirmed=True)
        publication = self.work()
        User.objects.create_superuser("root")
        client = Client()
        client.force_login(User.objects.get())
        page = client.get(f"/admin/publishing/publication/{publication.pk}/change/")
        link = f'<a href="/admin/adops/lineitem/{line_item.pk}/change/">&lt;Second&gt; (li-1)</a>'
        self.assertContains(page, f"line item · changed: {link} · ")
        self.assertContains(page, "Price: ₩0.000003 → ₩5")
        self.assertContains(page, "Name: L → &lt;Second&gt;")
        self.assertContains(page, "content · removed: 글 (ct-1)")
        korean = client.get(
            f"/admin/publishing/publication/{publication.pk}/change/", headers={"accept-language": "ko"}
        )
        self.assertContains(korean, "단가: ₩0.000003 → ₩5")
