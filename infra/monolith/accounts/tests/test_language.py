"""The switch of the language, on every page, and the way from the host's name to the admin."""

from django.contrib.auth.models import User
from django.test import Client, TestCase
from django.urls import reverse

KOREAN_HOME = '<html lang="ko"'
ENGLISH_HOME = '<html lang="en"'
PASSWORD = "correct horse battery"


class LanguageTests(TestCase):
    def setUp(self):
        self.user = User.objects.create_superuser("kim", password=PASSWORD)
        self.client.force_login(self.user)

    def choose(self, client: Client, language: str, back: str = "/admin/"):
        return client.post(reverse("language"), {"language": language, "back": back}, follow=True)

    def test_finding_ones_way_the_hosts_name_leads_to_the_home_page_or_the_login(self):
        self.assertRedirects(self.client.get("/"), "/admin/")
        page = Client().get("/", follow=True)
        self.assertEqual(page.redirect_chain, [("/admin/", 302), ("/admin/login/?next=/admin/", 302)])
        self.assertEqual(self.client.post("/").status_code, 405)

    def test_korean_a_chosen_language_leads_back_and_holds_on_every_page(self):
        page = self.choose(self.client, "ko", "/admin/adops/lineitem/?state=serving")
        self.assertEqual(page.redirect_chain, [("/admin/adops/lineitem/?state=serving", 302)])
        self.assertContains(page, KOREAN_HOME)
        self.assertEqual(page.headers["content-language"], "ko")
        # Each language by its own name: a reader of English finds the way back.
        self.assertContains(page, ">English</button>")
        asked_in_english = self.client.get("/admin/", headers={"accept-language": "en"})
        self.assertContains(asked_in_english, KOREAN_HOME)
        self.assertContains(self.choose(self.client, "en"), ENGLISH_HOME)

    def test_korean_a_person_has_the_language_in_another_browser_and_others_have_not(self):
        self.choose(self.client, "ko")
        User.objects.create_superuser("lee", password=PASSWORD)
        for name, html in (("kim", KOREAN_HOME), ("lee", ENGLISH_HOME)):
            with self.subTest(name=name):
                other = Client()
                page = other.post(
                    "/admin/login/?next=/admin/", {"username": name, "password": PASSWORD}, follow=True
                )
                self.assertContains(page, html)

    def test_korean_the_login_has_the_switch_and_keeps_what_is_chosen(self):
        visitor = Client()
        page = self.choose(visitor, "ko", "/admin/login/")
        self.assertContains(page, KOREAN_HOME)
        self.assertContains(page, 'id="language-switch"')
        self.assertContains(visitor.get("/admin/login/"), KOREAN_HOME)

    def test_a_language_that_is_not_there_is_refused(self):
        for language in ("", "xx", "ko-KR", "ko\r\nset-cookie: a=b"):
            with self.subTest(language=language):
                self.assertEqual(self.choose(self.client, language).status_code, 400)
        self.assertEqual(self.client.get(reverse("language")).status_code, 405)

    def test_the_switch_leads_to_no_other_host(self):
        for back in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""):
            with self.subTest(back=back):
                page = self.choose(self.client, "ko", back)
                self.assertEqual(page.redirect_chain, [("/admin/", 302)])

    def test_no_api_gets_the_language_of_the_admin(self):
        self.choose(self.client, "ko")
        cookie = self.client.cookies["django_language"]
        self.assertEqual((cookie["path"], cookie["httponly"]), ("/admin/", True))
        self.client.cookies.pop("django_language")
        answer = self.client.get("/api/v1/app/nothing", headers={"accept-language": "en"})
        self.assertEqual(answer.headers["content-language"], "en")
