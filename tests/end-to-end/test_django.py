"""What no rule names is Django's."""

from lockfill import local_secrets, monolith, web
from support import EndToEnd


class Django(EndToEnd):
    def test_any_other_path_comes_from_django(self) -> None:
        paths = {"/admin/login/": 200, "/healthz": 200, "/": 404, "/api/v1/allocation/": 404}
        for path, status in paths.items():
            answer = self.get(path)
            self.assertEqual((answer.status, answer.served_by), (status, "django"), path)

    def test_a_path_that_only_resembles_a_rule_is_djangos(self) -> None:
        for path in ("/api/v1/allocation/ads/", "/API/v1/allocation/ads", "/api/v1/allocation/adsx"):
            self.assertEqual(self.get(path).served_by, "django", path)

    def test_an_admin_logs_in_through_the_balancer(self) -> None:
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        answer = web.log_in(self.stack.url, monolith.ADMIN_USERNAME, password)
        self.assertEqual((answer.status, answer.headers["location"]), (302, "/admin/"))
        session = web.cookies(answer)["sessionid"]
        page = self.get("/admin/", cookie=f"sessionid={session}")
        self.assertEqual(page.status, 200)

    def test_a_wrong_password_stays_at_the_door(self) -> None:
        answer = web.log_in(self.stack.url, monolith.ADMIN_USERNAME, "wrong")
        self.assertEqual(answer.status, 200)
        self.assertNotIn("sessionid", web.cookies(answer))

    def test_the_apps_own_api_answers_with_json(self) -> None:
        answer = self.get(f"/api/v1/app/devices/{self.user}/settings")
        self.assertEqual((answer.status, answer.served_by), (200, "django"))
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/json")
