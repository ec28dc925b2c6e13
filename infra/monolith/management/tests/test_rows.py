"""Rows by the API: what is written is what the form of the admin would have written."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from adops.models import Advertiser, Campaign, Creative, ExchangeRate, LineItem, Rates, Unit
from adops.services.history import text_of
from adops.tests.conditions import every_condition
from adops.tests.rows import (
    IMAGE,
    LANDING,
    make_advertiser,
    make_campaign,
    make_channel,
    make_content,
    make_currency,
    make_line_item,
    make_unit,
)
from management.resources import RESOURCES
from management.tests.api_case import ApiCase, make_key, make_user
from publishing.models import CatalogChange

CAPS = [{"window": "day", "limit": 3}, {"window": "lifetime", "limit": 9}]
DAYPARTS = [{"days": ["mon", "tue"], "from_hour": 9, "to_hour": 18}]


class CampaignByScript(ApiCase):
    def test_a_campaign_is_booked_by_script(self):
        make_currency("KRW")
        advertiser = self.post("/advertisers", {"name": "한강커피", "caps": CAPS})
        self.assertEqual(advertiser.status_code, 201, advertiser.content)
        self.assertEqual(advertiser.json()["caps"], CAPS)
        campaign = self.post(
            "/campaigns",
            {
                "id": "c-by-script",
                "advertiser": advertiser.json()["id"],
                "name": "Spring",
                "starts_at": "2026-11-30T09:00:00+09:00",
                "ends_at": "2026-12-31T00:00:00+09:00",
                "budget_micros": 1_500_000_000_000,
                "budget_currency": "KRW",
                "timezone": "Asia/Seoul",
            },
        )
        self.assertEqual(campaign.status_code, 201, campaign.content)
        self.assertEqual(campaign["location"], "/api/management/v1/campaigns/c-by-script")
        document = campaign.json()
        self.assertEqual(document["starts_at"], "2026-11-30T00:00:00Z")
        self.assertEqual(document["ends_at"], "2026-12-30T15:00:00Z")
        self.assertEqual(document["budget_micros"], 1_500_000_000_000)
        self.assertEqual(document["status"], "paused", "as a new row of the admin")
        item = self.post(
            "/line-items",
            {
                "campaign": "c-by-script",
                "name": "Commuters",
                "price_micros": 1_200_000_000,
                "currency": "KRW",
                "dayparts": DAYPARTS,
                "targeting": {"countries": {"allow": ["KR"]}},
                "goal_count": 1_000_000,
                "goal_kind": "impressions",
            },
        )
        self.assertEqual(item.status_code, 201, item.content)
        self.assertEqual(item.json()["dayparts"], DAYPARTS)
        self.assertEqual(item.json()["targeting"], {"countries": {"allow": ["KR"]}})
        creative = self.post(
            "/creatives",
            {
                "line_item": item.json()["id"],
                "title": "A new season",
                "image_url": IMAGE,
                "landing_url": LANDING,
                "status": "active",
            },
        )
        self.assertEqual(creative.status_code, 201, creative.content)
        for path, row in (("campaigns/c-by-script", document), (f"creatives/{creative.json()['id']}", None)):
            found = self.get(f"/{path}")
            self.assertEqual(found.json(), row or creative.json())
        kinds = set(CatalogChange.objects.values_list("kind", flat=True))
        self.assertLessEqual({"advertiser", "campaign", "line_item", "creative"}, kinds)

    def test_every_condition_and_every_member_survives_a_change_of_another(self):
        make_unit(public_id="u-1")
        item = make_line_item(
            targeting=every_condition(),
            dayparts=DAYPARTS,
            caps=CAPS,
            categories=["a, b", "c"],
            share_ppm=None,
            default_ctr_ppm=12_345,
            goal_count=5,
            goal_kind="clicks",
        )
        before = self.get(f"/line-items/{item.public_id}").json()
        self.assertEqual(before["targeting"], every_condition())
        answer = self.patch(f"/line-items/{item.public_id}", {"name": "Evening"})
        self.assertEqual(answer.status_code, 200, answer.content)
        after = answer.json()
        differing = {name for name in before if before[name] != after[name]}
        self.assertEqual(differing, {"name", "updated_at"})

    def test_what_is_read_can_be_written_back_and_changes_nothing(self):
        unit = make_unit(public_id="u-1")
        make_content()
        line_item = make_line_item(dayparts=[], caps=CAPS, targeting={"genders": {"allow": ["F"]}})
        Rates.objects.create(line_item=line_item, unit=unit, ctr_ppm=7)
        fixed_of = {"exchange-rates": ("currency",), "rates": ("line_item", "unit")}
        for name in RESOURCES:
            with self.subTest(name):
                row = self.get(f"/{name}").json()["items"][0]
                key = row[RESOURCES[name].member_of(RESOURCES[name].key)]
                fixed = ("id", "created_at", "updated_at", *fixed_of.get(name, ()))
                sent = {member: value for member, value in row.items() if member not in fixed}
                answer = self.patch(f"/{name}/{key}", sent)
                self.assertEqual(answer.status_code, 200, answer.content)
                self.assertEqual(answer.json(), row)
        self.assertEqual(LogEntry.objects.count(), 0)


class VersionsOfRows(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.advertiser = make_advertiser(public_id="a-1", name="Old")

    def test_a_change_wants_the_version_that_was_read(self):
        answer = self.send("PATCH", "/advertisers/a-1", {"name": "New"})
        self.assert_problem(answer, 428, "precondition-required")
        answer = self.send("DELETE", "/advertisers/a-1")
        self.assert_problem(answer, 428, "precondition-required")
        self.assertEqual(Advertiser.objects.get().name, "Old")

    def test_a_stale_change_is_refused_with_the_row_as_it_is_now(self):
        read = self.get("/advertisers/a-1")["etag"]
        first = self.send("PATCH", "/advertisers/a-1", {"name": "First"}, if_match=read)
        self.assertEqual(first.status_code, 200)
        second = self.send("PATCH", "/advertisers/a-1", {"name": "Second"}, if_match=read)
        problem = self.assert_problem(second, 412, "stale")
        self.assertEqual(problem["current"]["name"], "First")
        self.assertEqual(second["etag"], first["etag"])
        self.assert_problem(self.send("DELETE", "/advertisers/a-1", if_match=read), 412, "stale")
        weak = f"W/{first['etag']}"
        self.assert_problem(self.send("PATCH", "/advertisers/a-1", {}, if_match=weak), 412, "stale")
        for right in (f'"x", {first["etag"]}', "*"):
            answer = self.send("PATCH", "/advertisers/a-1", {"name": "Third"}, if_match=right)
            self.assertEqual(answer.status_code, 200, answer.content)
            first = answer

    def test_what_the_admin_changes_makes_a_version_stale(self):
        read = self.get("/advertisers/a-1")["etag"]
        self.assertEqual(self.get("/advertisers/a-1", if_none_match=read).status_code, 304)
        self.advertiser.name = "By the admin"
        self.advertiser.save()
        answer = self.send("PATCH", "/advertisers/a-1", {"name": "x"}, if_match=read)
        self.assertEqual(self.assert_problem(answer, 412, "stale")["current"]["name"], "By the admin")
        self.assertEqual(self.get("/advertisers/a-1", if_none_match=read).status_code, 200)


class HistoryOfRows(ApiCase):
    def entries(self, row: Any) -> list[LogEntry]:
        kind = ContentType.objects.get_for_model(row)
        return list(LogEntry.objects.filter(content_type=kind, object_id=str(row.pk)).order_by("pk"))

    def test_the_history_has_the_key_the_person_and_old_and_new_in_both_languages(self):
        made = self.post("/advertisers", {"name": "Old", "id": "a-1"})
        self.assertEqual(made.status_code, 201)
        self.patch("/advertisers/a-1", {"name": "New", "caps": CAPS})
        added, changed = self.entries(Advertiser.objects.get())
        self.assertEqual((added.action_flag, changed.action_flag), (ADDITION, CHANGE))
        self.assertEqual(changed.user, self.user)
        self.assertIn(f"By the API key script (lfk_{self.key.prefix}).", text_of(added))
        text = text_of(changed)
        self.assertIn(f"script (lfk_{self.key.prefix})", text)
        self.assertIn("Name: Old → New", text)
        self.assertIn("3 per day", text)
        with override("ko"):
            self.assertIn("Old → New", text_of(changed))
            self.assertNotIn("By the API key", text_of(changed))

    def test_archiving_and_deleting_are_in_the_history(self):
        unit = make_unit(public_id="u-1")
        self.patch("/units/u-1?confirm=true", {"status": "archived"})
        texts = " ".join(map(text_of, self.entries(unit)))
        self.assertIn("Status: archived. Before: active.", texts)
        self.assertIn("By the API key", texts)
        advertiser = make_advertiser(public_id="a-1")
        self.assertEqual(self.delete("/advertisers/a-1").status_code, 204)
        self.assertEqual([each.action_flag for each in self.entries(advertiser)], [CHANGE, DELETION])


class RemovalOfRows(ApiCase):
    def test_what_the_admin_archives_the_api_archives_after_a_confirmation(self):
        make_unit(public_id="u-1")
        make_channel(public_id="ch-1")
        make_currency("KRW")
        for path in ("/units/u-1", "/channels/ch-1", "/exchange-rates/KRW"):
            with self.subTest(path):
                answer = self.delete(path)
                self.assert_problem(answer, 405, "method-not-allowed")
                self.assertNotIn("DELETE", answer["allow"])
                answer = self.patch(path, {"status": "archived"})
                self.assert_problem(answer, 409, "confirmation-needed")
                answer = self.patch(f"{path}?confirm=true", {"status": "archived"})
                self.assertEqual(answer.json()["status"], "archived", answer.content)
                self.assertEqual(self.patch(path, {"status": "active"}).json()["status"], "active")
        self.assertEqual(Unit.objects.get().status, "active")

    def test_a_row_that_others_need_is_not_deleted_and_they_are_named(self):
        campaign = make_campaign(public_id="c-1", advertiser=make_advertiser(public_id="a-1"))
        problem = self.assert_problem(self.delete("/advertisers/a-1"), 409, "still-referred-to")
        self.assertIn(str(campaign), problem["detail"])
        self.assertTrue(Advertiser.objects.exists())

    def test_what_goes_with_a_row_is_deleted_after_a_confirmation_alone(self):
        item = make_line_item(public_id="li-1")
        problem = self.assert_problem(self.delete("/line-items/li-1"), 409, "confirmation-needed")
        self.assertIn("creative", problem["detail"])
        self.assertTrue(Creative.objects.filter(line_item=item).exists())
        self.assertEqual(self.delete("/line-items/li-1?confirm=true").status_code, 204)
        self.assertFalse(LineItem.objects.exists() or Creative.objects.exists())
        self.assert_problem(self.get("/line-items/li-1"), 404, "not-found")

    def test_an_owner_who_may_not_delete_what_goes_with_a_row_deletes_nothing(self):
        make_line_item(public_id="li-1")
        owner = make_user("half", "view_lineitem", "delete_lineitem")
        etag = self.get("/line-items/li-1")["etag"]
        token = make_key(owner)[1]
        answer = self.send("DELETE", "/line-items/li-1?confirm=true", token=token, if_match=etag)
        self.assert_problem(answer, 403, "forbidden")
        self.assertTrue(LineItem.objects.exists())


class ListsOfRows(ApiCase):
    def test_pages_have_every_row_once_and_are_bounded(self):
        for number in range(7):
            make_advertiser(public_id=f"a-{number}")
        seen, path = [], "/advertisers?limit=3"
        while path:
            page = self.get(path).json()
            seen += [row["id"] for row in page["items"]]
            path = page["next"] and f"/advertisers?limit=3&cursor={page['next']}"
        self.assertEqual(seen, [f"a-{number}" for number in range(7)])
        for number in range(3):
            make_currency(f"AB{'CDE'[number]}")
        page = self.get("/exchange-rates?limit=2").json()
        rest = self.get(f"/exchange-rates?limit=2&cursor={page['next']}").json()
        self.assertEqual([row["currency"] for row in rest["items"]], ["ABE"])
        self.assertIsNone(rest["next"])

    def test_a_list_of_many_rows_takes_no_more_queries_than_one_of_few(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.get("/line-items")
                self.get("/creatives")
            # Not those that count the requests of a key, once more in each minute.
            return sum("adops_" in each["sql"] for each in captured.captured_queries)

        make_line_item()
        few = queries()
        for _ in range(5):
            make_line_item()
        self.assertEqual(queries(), few)

    def test_lists_are_filtered(self):
        mine = make_campaign(public_id="c-1", advertiser=make_advertiser(public_id="a-1"))
        make_campaign(public_id="c-2", status="paused")
        item = make_line_item(public_id="li-1", campaign=mine)
        make_line_item(public_id="li-2")
        for path, expected in (
            ("/campaigns?advertiser=a-1", ["c-1"]),
            ("/campaigns?status=paused", ["c-2"]),
            ("/line-items?campaign=c-1", ["li-1"]),
            ("/line-items?advertiser=a-1&status=active", ["li-1"]),
            ("/creatives?line_item=li-1", [item.creatives.get().public_id]),
            ("/campaigns?updated_after=2099-01-01T00:00:00Z", []),
            ("/campaigns?advertiser=none", []),
        ):
            with self.subTest(path):
                answer = self.get(path)
                self.assertEqual(answer.status_code, 200, answer.content)
                self.assertEqual([row["id"] for row in answer.json()["items"]], expected)

    def test_a_parameter_that_cannot_be_meant_is_refused(self):
        for query, name in (
            ("limit=0", "limit"),
            ("limit=201", "limit"),
            ("limit=99999999999999999999", "limit"),
            ("limit=%EF%BC%91", "limit"),
            ("cursor=%00", "cursor"),
            ("cursor=!!", "cursor"),
            ("cursor=YQ", "cursor"),
            ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", ""),
            ("updated_after=yesterday", "updated_after"),
            ("updated_after=2026-11-23T08:00:00", "updated_after"),
            ("status=active&status=paused", "status"),
            ("statu=active", "statu"),
            ("format=xml", "format"),
        ):
            with self.subTest(query):
                answer = self.get(f"/campaigns?{query}")
                if name:
                    self.assert_problem(answer, 400, "invalid-parameters", name)
                else:
                    self.assertEqual(answer.json(), {"items": [], "next": None})


class StoredRows(ApiCase):
    def test_no_row_is_written_when_a_member_is_wrong(self):
        answer = self.post("/campaigns", {"name": "x", "starts_at": "tomorrow", "advertiser": 7, "id": []})
        self.assert_problem(answer, 400, "invalid-parameters", "starts_at", "advertiser", "id")
        self.assertFalse(Campaign.objects.exists())

    def test_rates_of_exchange_are_written_too(self):
        answer = self.post("/exchange-rates", {"currency": "USD", "rate_ppm": 1_390_000_000})
        self.assertEqual(answer.status_code, 201, answer.content)
        self.assertEqual(ExchangeRate.objects.get().rate_ppm, 1_390_000_000)
        problem = self.patch("/exchange-rates/USD", {"currency": "EUR"})
        self.assert_problem(problem, 400, "invalid-parameters", "currency")

    def test_rates_of_a_line_item_on_a_unit_are_written_changed_and_deleted(self):
        line_item, unit = make_line_item(), make_unit()
        document = {"line_item": line_item.public_id, "unit": unit.public_id, "ctr_ppm": 12_000}
        made = self.post("/rates", document)
        self.assertEqual(made.status_code, 201, made.content)
        path = f"/rates/{made.json()['id']}"
        self.assertEqual(made["location"], f"/api/management/v1{path}")
        self.assertEqual(self.patch(path, {"cvr_ppm": 300}).status_code, 200)
        self.assertEqual(Rates.objects.values_list("ctr_ppm", "cvr_ppm").get(), (12_000, 300))
        self.assert_problem(self.post("/rates", document), 400, "invalid-parameters", "")
        self.assert_problem(self.post("/rates", {**document, "id": 7}), 400, "invalid-parameters", "id")
        self.assert_problem(self.patch(path, {"unit": "1002"}), 400, "invalid-parameters", "unit")
        listed = self.get(f"/rates?line_item={line_item.public_id}&unit={unit.public_id}")
        self.assertEqual([row["ctr_ppm"] for row in listed.json()["items"]], [12_000])
        self.assertEqual(self.delete(path).status_code, 204)
        for key in ("1", "x", "-1", "9" * 30, "١"):
            self.assertEqual(self.get(f"/rates/{key}").status_code, 404, key)


class ClonesOfRows(ApiCase):
    def test_a_campaign_is_cloned_with_its_line_items_and_creatives_and_waits_for_a_review(self):
        line_item = make_line_item()
        path = f"/campaigns/{line_item.campaign.public_id}/clones"
        answer = self.post(path, {}, idempotency_key="0192f0c1-5a2b-7c3d-8e4f-0123456789ab")
        self.assertEqual(answer.status_code, 201, answer.content)
        copy = Campaign.objects.get(public_id=answer.json()["id"])
        self.assertEqual((copy.status, answer.json()["status"]), ("paused", "paused"))
        self.assertNotEqual(copy.pk, line_item.campaign_id)
        self.assertEqual(Creative.objects.filter(line_item__campaign=copy).count(), 1)
        for row in (copy, copy.line_items.get()):
            entries = LogEntry.objects.filter(
                object_id=str(row.pk), content_type__model=type(row).__name__.lower()
            )
            words = [text_of(entry) for entry in entries]
            self.assertTrue(any(str(self.key) in text for text in words), words)
        again = self.post(path, {}, idempotency_key="0192f0c1-5a2b-7c3d-8e4f-0123456789ab")
        self.assertEqual(again.json(), answer.json())
        self.assertEqual(Campaign.objects.count(), 2, "a repeated request does nothing")

    def test_a_line_item_is_cloned_in_its_campaign(self):
        line_item = make_line_item()
        # There is nothing to say in a body.
        answer = self.post(f"/line-items/{line_item.public_id}/clones", None)
        self.assertEqual(answer.status_code, 201, answer.content)
        self.assertEqual(answer.json()["campaign"], line_item.campaign.public_id)
        self.assertEqual(self.get(f"/line-items/{answer.json()['id']}").json()["status"], "paused")

    def test_what_is_not_there_and_what_the_owner_may_not_add_is_not_cloned(self):
        self.assertEqual(self.post("/campaigns/c-none/clones", {}).status_code, 404)
        self.assert_problem(
            self.post("/campaigns/c-none/clones", {"name": "x"}), 400, "invalid-parameters", "name"
        )
        line_item = make_line_item()
        for name, permission in (("reader", "view_lineitem"), ("writer", "add_lineitem")):
            _key, token = make_key(make_user(name, permission))
            answer = self.post(f"/line-items/{line_item.public_id}/clones", {}, token=token)
            self.assertEqual(answer.status_code, 403, name)
        self.assertEqual(LineItem.objects.count(), 1)
