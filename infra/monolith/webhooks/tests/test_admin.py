"""Endpoints and the log in the admin: a secret is shown once, and no page has a receiver's answer."""

import re

from django.contrib.auth.models import Permission, User
from django.test import Client, override_settings
from django.utils import timezone

from adops.attention import concerns_of
from adops.tests.admin_case import AdminCase
from webhooks.forms import ENDPOINTS_MAX
from webhooks.models import Endpoint, MessageType, Sending
from webhooks.services.delivering import send_due
from webhooks.services.endpoints import FAILING_MAX, note_failure
from webhooks.tests.cases import deployed, local, make_endpoint, only_sending, tell
from webhooks.tests.receiver import receiver

ENDPOINTS = "/admin/webhooks/endpoint/"
LOG = "/admin/webhooks/sending/"
SECRET = re.compile(r'<code id="secret">(whsec_[A-Za-z0-9+/]{43}=)</code>')
TYPED = {"name": "Slack", "url": "https://hooks.example.com/in", "types": ["flight.ended"], "is_active": "on"}


def person(*codenames: str, language: str = "en") -> Client:
    user = User.objects.create_user(f"person of {len(codenames)} {language}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@deployed
class EndpointTests(AdminCase):
    def add_endpoint(self, **typed):
        return self.client.post(f"{ENDPOINTS}add/", {**TYPED, **typed})

    def test_webhooks_a_secret_is_shown_once_when_an_endpoint_is_made(self):
        page = self.add_endpoint()
        secret = SECRET.search(page.content.decode())[1]
        self.assertIn("no-store", page.headers["cache-control"])
        endpoint = Endpoint.objects.get()
        self.assertEqual((endpoint.url, endpoint.types), (TYPED["url"], ["flight.ended"]))
        for address in (f"{ENDPOINTS}{endpoint.pk}/change/", ENDPOINTS, f"{ENDPOINTS}{endpoint.pk}/history/"):
            page = self.client.get(address)
            self.assertEqual(page.status_code, 200)
            self.assertNotContains(page, secret)
            self.assertNotContains(page, endpoint.sealed_secret)

    def test_webhooks_a_new_secret_is_shown_once_and_the_old_one_stays_valid_for_a_day(self):
        old = SECRET.search(self.add_endpoint().content.decode())[1]
        endpoint = Endpoint.objects.get()
        address = f"{ENDPOINTS}{endpoint.pk}/secret/"
        self.assertEqual(self.client.get(address).status_code, 405)
        page = self.client.post(address)
        self.assertNotEqual(SECRET.search(page.content.decode())[1], old)
        self.assertContains(page, "previous secret")
        self.assertContains(self.client.get(f"{ENDPOINTS}{endpoint.pk}/history/"), "New secret.")

    def test_webhooks_addresses_that_only_the_server_reaches_are_refused_by_the_form(self):
        for url in ("http://hooks.example.com/", "https://169.254.169.254/", "https://db.internal/", "x"):
            with self.subTest(url=url):
                page = self.add_endpoint(url=url)
                self.assertContains(page, "The address of an endpoint is https://")
        self.assertEqual(Endpoint.objects.count(), 0)

    def test_webhooks_plain_http_is_for_development_alone(self):
        with override_settings(WEBHOOKS_MAY_BE_LOCAL=True):
            self.add_endpoint(url="http://127.0.0.1:9000/in")
        self.assertEqual(Endpoint.objects.get().url, "http://127.0.0.1:9000/in")

    def test_webhooks_an_endpoint_says_what_it_is_told_of(self):
        self.assertContains(self.add_endpoint(types=[]), "This field is required.")
        self.assertContains(self.add_endpoint(types=["other"]), "other is not one of the available choices")
        self.add_endpoint(types=list(MessageType.values))
        self.assertContains(self.client.get(ENDPOINTS), "publication refused, budget at 80 %, flight ended")

    def test_webhooks_the_number_of_endpoints_is_bounded(self):
        Endpoint.objects.bulk_create(Endpoint(name="n", url=TYPED["url"]) for _ in range(ENDPOINTS_MAX))
        self.assertContains(self.add_endpoint(), "no more are allowed")
        self.assertEqual(Endpoint.objects.count(), ENDPOINTS_MAX)

    def test_webhooks_an_endpoint_that_was_switched_off_is_on_the_home_page_until_it_is_switched_on(self):
        endpoint = make_endpoint()
        make_endpoint(name="by hand", is_active=False)
        self.assertNotContains(self.client.get("/admin/"), "Webhook endpoints that were switched off")
        now = timezone.now()
        note_failure(endpoint.pk, 500, now - FAILING_MAX)
        note_failure(endpoint.pk, 500, now)
        concern = next(each for each in concerns_of(self.user) if "Webhook" in each.text)
        self.assertEqual(concern.row_count, 1)
        page = self.client.get(concern.url, follow=True)
        self.assertContains(page, "Slack")
        self.assertContains(page, "it failed for days")
        self.assertNotContains(page, "by hand")
        self.assertContains(self.client.get("/admin/"), concern.url.replace("&", "&amp;"))
        self.client.post(f"{ENDPOINTS}{endpoint.pk}/change/", TYPED)
        endpoint.refresh_from_db()
        self.assertEqual(
            (endpoint.is_active, endpoint.failing_since, endpoint.switched_off_reason), (True, None, "")
        )
        self.assertNotContains(self.client.get("/admin/"), "Webhook endpoints that were switched off")

    def test_webhooks_only_who_may_change_endpoints_gives_a_new_secret(self):
        endpoint = make_endpoint()
        reader = person("view_endpoint")
        page = reader.get(f"{ENDPOINTS}{endpoint.pk}/change/")
        self.assertNotContains(page, "renew-secret")
        self.assertEqual(reader.post(f"{ENDPOINTS}{endpoint.pk}/secret/").status_code, 403)
        self.assertEqual(person().get(ENDPOINTS).status_code, 403)
        before = endpoint.sealed_secret
        endpoint.refresh_from_db()
        self.assertEqual(endpoint.sealed_secret, before)


@local
class LogTests(AdminCase):
    def send(self, answer=200) -> Sending:
        with receiver() as it:
            make_endpoint(it.url)

            def answers(handler):
                handler.send_response(answer)
                handler.end_headers()
                handler.wfile.write(b"a private answer")

            it.answer = answers
            tell(name="한강커피")
            send_due()
        return only_sending()

    def test_webhooks_the_log_has_what_was_sent_and_of_the_answer_its_status_alone(self):
        sending = self.send(503)
        for address in (LOG, f"{LOG}{sending.pk}/change/"):
            page = self.client.get(address)
            self.assertContains(page, "503 · status is not 2xx")
            self.assertNotContains(page, "a private answer")
        self.assertContains(self.client.get(f"{LOG}{sending.pk}/change/"), "한강커피")
        self.assertEqual(self.client.get(f"{LOG}add/").status_code, 403)

    def test_webhooks_a_message_is_sent_again_by_a_button_and_by_an_action(self):
        sending = self.send()
        page = self.client.get(f"{LOG}{sending.pk}/change/")
        self.assertContains(page, 'id="send-again"')
        page = self.client.post(f"{LOG}{sending.pk}/again/", follow=True)
        self.assertContains(page, "1 message is sent again within seconds.")
        self.assertEqual((only_sending().state, only_sending().attempts), ("waiting", 0))
        Sending.objects.update(state="given_up")
        self.client.post(LOG, {"action": "send_again", "_selected_action": [sending.pk]})
        self.assertEqual(only_sending().state, "waiting")

    def test_webhooks_who_may_only_look_sends_nothing_again(self):
        sending = self.send()
        reader = person("view_sending")
        self.assertNotContains(reader.get(f"{LOG}{sending.pk}/change/"), 'id="send-again"')
        self.assertEqual(reader.post(f"{LOG}{sending.pk}/again/").status_code, 403)
        reader.post(LOG, {"action": "send_again", "_selected_action": [sending.pk]})
        self.assertEqual(only_sending().state, "arrived")

    def test_webhooks_the_pages_are_in_korean(self):
        sending = self.send(500)
        korean = {"HTTP_ACCEPT_LANGUAGE": "ko"}
        for address, text in (
            (ENDPOINTS, "웹훅"),
            (f"{ENDPOINTS}add/", "게시 거부"),
            (LOG, "대기 중"),
            (f"{LOG}{sending.pk}/change/", "다시 보내기"),
        ):
            with self.subTest(address=address):
                self.assertContains(self.client.get(address, **korean), text)
