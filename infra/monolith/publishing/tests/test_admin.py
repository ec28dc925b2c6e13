from django.contrib.auth.models import Group, Permission, User
from django.test import Client, TestCase

from adops.models import Channel
from publishing.models import CatalogChange, Publication
from publishing.problems import RowProblem

LIST = "/admin/publishing/publication/"


def person(name: str, *codenames: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


class PublishButtonTests(TestCase):
    def setUp(self):
        self.publisher = person("mina", "view_publication", "publish_catalog")
        self.reader = person("joon", "view_publication")

    def test_pressing_it_asks_for_a_publication_and_returns_to_the_history(self):
        response = self.publisher.post(f"{LIST}publish/", follow=True)

        self.assertContains(response, "is requested")
        publication = Publication.objects.get()
        self.assertEqual(str(publication.requested_by), "mina")
        self.assertEqual((publication.state, publication.trigger), ("pending", "button"))
        self.assertContains(response, 'http-equiv="refresh"')

    def test_pressing_it_twice_asks_once(self):
        for _ in range(2):
            self.publisher.post(f"{LIST}publish/")

        self.assertEqual(Publication.objects.count(), 1)

    def test_who_may_only_look_has_no_button_and_cannot_press_it(self):
        self.assertContains(self.publisher.get(LIST), 'id="publish-catalog"')
        page = self.reader.get(LIST)
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, 'id="publish-catalog"')
        self.assertEqual(self.reader.post(f"{LIST}publish/").status_code, 403)
        self.assertEqual(self.reader.post(f"{LIST}rollback/1/").status_code, 403)
        self.assertFalse(Publication.objects.exists())

    def test_a_link_cannot_press_it(self):
        for path in ("publish/", "rollback/1/"):
            self.assertEqual(self.publisher.get(f"{LIST}{path}").status_code, 405)

    def test_a_form_of_another_site_cannot_press_it(self):
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(User.objects.get(username="mina"))

        self.assertEqual(careful.post(f"{LIST}publish/").status_code, 403)
        self.assertFalse(Publication.objects.exists())


class HistoryTests(TestCase):
    def setUp(self):
        self.client = person("mina", "view_publication", "publish_catalog")
        self.published = Publication.objects.create(
            state="published",
            trigger="button",
            version=4,
            published_at="2026-11-23T01:02:03Z",
            changes={
                "line_item": {
                    "added": 1,
                    "changed": 0,
                    "removed": 1200,
                    "added_ids": ["li-new"],
                    "changed_ids": [],
                    "removed_ids": ["li-old"],
                }
            },
        )

    def test_the_list_says_what_changed_and_what_waits(self):
        CatalogChange.objects.create(kind="unit", row_id="u-1", action="changed")
        page = self.client.get(LIST)

        self.assertContains(page, "added: line items 1 · removed: line items 1,200")
        self.assertContains(page, "1 edit is not published.")
        self.assertNotContains(page, 'http-equiv="refresh"')

    def test_a_publication_names_the_rows_and_offers_to_roll_back_to_it(self):
        page = self.client.get(f"{LIST}{self.published.pk}/change/")

        self.assertContains(page, "line items · removed (1,200): li-old, …")
        self.assertContains(page, "Roll back to version 4")
        self.client.post(f"{LIST}rollback/4/")
        self.assertEqual(Publication.objects.latest("id").rollback_of, 4)

    def test_a_version_that_cannot_be_is_refused_in_words(self):
        for version in ("0", "9" * 30):
            page = self.client.post(f"{LIST}rollback/{version}/", follow=True)
            self.assertContains(page, f"There is no version {version}.")
        self.assertEqual(Publication.objects.count(), 1)

    def test_a_failed_one_says_every_reason_and_offers_no_rollback(self):
        failed = Publication.objects.create(
            state="failed", trigger="button", error="unit 'u': <a>\nunit 'v': <b>"
        )
        self.assertContains(self.client.get(LIST), "unit &#x27;u&#x27;: &lt;a&gt; (and 1 more)")
        page = self.client.get(f"{LIST}{failed.pk}/change/")
        self.assertContains(page, "&lt;b&gt;")
        self.assertNotContains(page, "Roll back")

    def test_a_refused_row_leads_to_its_form(self):
        channel = Channel.objects.create(public_id="ch-1", name="N")
        rows = [
            {"kind": "channel", "key": "ch-1", "field": "name", "problem": "is <long>"},
            {"kind": "unit", "key": "u-gone", "field": "", "problem": "x"},
            {"kind": "rates", "key": "li-1#u-1", "field": "ctr_ppm", "problem": "y"},
        ]
        error = "\n".join([*(str(RowProblem(**row)) for row in rows), "and 7 more"])
        failed = Publication.objects.create(state="failed", trigger="button", error=error, refusals=rows)
        page = self.client.get(f"{LIST}{failed.pk}/change/")
        link = f'<a href="/admin/adops/channel/{channel.pk}/change/">channel ch-1</a>: Name: is &lt;long&gt;'
        self.assertContains(page, link)
        self.assertContains(page, "<li>unit &#x27;u-gone&#x27;: x</li>")
        self.assertContains(page, "<li>rates &#x27;li-1#u-1&#x27;: Clicks per impression: y</li>")
        self.assertContains(page, "<li>and 7 more</li>")
        korean = self.client.get(f"{LIST}{failed.pk}/change/", headers={"accept-language": "ko"})
        self.assertContains(korean, f'<a href="/admin/adops/channel/{channel.pk}/change/">채널 ch-1</a>')

    def test_the_history_cannot_be_edited(self):
        path = f"{LIST}{self.published.pk}"
        self.assertEqual(self.client.post(f"{path}/change/", {"version": 5}).status_code, 403)
        self.assertEqual(self.client.post(f"{path}/delete/", {"post": "yes"}).status_code, 403)
        self.assertEqual(self.client.get(f"{LIST}add/").status_code, 403)

    def test_it_speaks_korean(self):
        page = self.client.get(LIST, headers={"accept-language": "ko"})

        self.assertContains(page, "미리 보고 게시")


class RoleTests(TestCase):
    def test_ad_ops_and_editors_publish_and_readers_look(self):
        held = {
            group.name: set(group.permissions.values_list("codename", flat=True))
            & {"view_publication", "publish_catalog"}
            for group in Group.objects.filter(name__in=("ad ops", "editor", "read-only"))
        }
        both = {"view_publication", "publish_catalog"}
        expected = {"ad ops": both, "editor": both, "read-only": {"view_publication"}}
        self.assertEqual(held, expected)
