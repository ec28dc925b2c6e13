from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.tests.support import NOW, new_member
from points.models import PointsEntry
from rewards.services import report_unlock
from web.tests.admin_test_case import AdminTestCase

PAGES = (
    "members/member",
    "points/pointsaccount",
    "points/pointsentry",
    "rewards/unlock",
)


class AppServiceAdminTestCase(AdminTestCase):
    def setUp(self):
        self.member = new_member("somebody", country="KR")
        report_unlock(self.member.pk, unlock_id="unlock-1", now=NOW)
        self.rows = {
            "members/member": self.member,
            "points/pointsaccount": self.member.points_account,
            "points/pointsentry": PointsEntry.objects.get(),
            "rewards/unlock": self.member.unlocks.get(),
        }

    def count_queries(self, page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(f"/admin/{page}/").status_code, 200)
        return len(queries)


class ReadOnlyTests(AppServiceAdminTestCase):
    def test_everything_can_be_seen_and_nothing_changed_even_by_a_superuser(self):
        self.client.force_login(User.objects.create_superuser("operator"))
        for page, row in self.rows.items():
            with self.subTest(page=page):
                self.assertContains(self.client.get(f"/admin/{page}/"), "somebody")
                change = f"/admin/{page}/{row.pk}/change/"
                self.assertNotContains(self.client.get(change), 'name="_save"')
                self.assertEqual(self.client.post(change, {"amount": 1}).status_code, 403)
                self.assertEqual(self.client.get(f"/admin/{page}/add/").status_code, 403)
                delete = f"/admin/{page}/{row.pk}/delete/"
                self.assertEqual(self.client.post(delete, {"post": "yes"}).status_code, 403)

    def test_lists_are_in_korean_for_a_korean_browser(self):
        self.client.force_login(User.objects.create_superuser("operator"))
        page = self.client.get("/admin/points/pointsentry/", headers={"accept-language": "ko"})
        for words in ("잠금 해제 보상", "거래 후 잔액", "포인트 내역"):
            self.assertContains(page, words)

    def test_how_many_queries_a_list_makes_does_not_depend_on_its_length(self):
        self.client.force_login(User.objects.create_superuser("operator"))
        for page in PAGES:
            with self.subTest(page=page):
                before = self.count_queries(page)
                for number in range(5):
                    member = new_member(f"{page}-{number}".replace("/", "-"))
                    report_unlock(member.pk, unlock_id="unlock", now=NOW)
                self.assertEqual(self.count_queries(page), before)


class SearchTests(AppServiceAdminTestCase):
    def test_points_are_found_by_their_owner(self):
        new_member("nobody")
        self.log_in("view_pointsaccount", "view_pointsentry")
        for page in ("points/pointsaccount", "points/pointsentry"):
            self.assertContains(self.client.get(f"/admin/{page}/", {"q": "somebody"}), "somebody")
            self.assertNotContains(self.client.get(f"/admin/{page}/", {"q": "x"}), "somebody")
