"""What the form of the admin refuses, the API refuses: of the same member, in the same words."""

from typing import Any

from django.db.models import Model
from django.utils.translation import override

from adops.models import Advertiser, Campaign, Content, Creative, ExchangeRate, LineItem, Unit
from adops.tests.admin_case import errors_of, url
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
from management.tests.api_case import ApiCase

LONG = "x" * 201
ADVERTISER = {"name": "Coffee"}
CAMPAIGN = {"name": "Spring", "advertiser": "a-1", "starts_at": "2026-11-30T00:00:00Z"}
ITEM = {"name": "Commuters", "campaign": "c-1", "price_micros": 1_000_000, "currency": "KRW"}
CREATIVE = {"title": "Coffee", "line_item": "li-1", "image_url": IMAGE, "landing_url": LANDING}
UNIT = {"app_id": "morning"}
CONTENT = {
    "title": "Rain",
    "channel": "ch-1",
    "image_url": IMAGE,
    "landing_url": LANDING,
    "language": "ko",
    "published_at": "2026-11-30T00:00:00Z",
}
# A collection, its model, a document that is taken, a change that is not, and how the form has it typed.
Case = tuple[str, type[Model], dict[str, Any], dict[str, Any], dict[str, Any]]
CASES: list[Case] = [
    ("advertisers", Advertiser, ADVERTISER, {"name": LONG}, {"name": LONG}),
    ("advertisers", Advertiser, ADVERTISER, {"name": "   "}, {"name": "   "}),
    ("advertisers", Advertiser, ADVERTISER, {"id": "a 1"}, {"public_id": "a 1"}),
    ("advertisers", Advertiser, ADVERTISER, {"id": "a-1"}, {"public_id": "a-1"}),
    ("campaigns", Campaign, CAMPAIGN, {"advertiser": "a-0"}, {"advertiser": "0"}),
    (
        "campaigns",
        Campaign,
        CAMPAIGN,
        {"ends_at": "2026-11-29T00:00:00Z"},
        {"ends_at_0": "2026-11-29", "ends_at_1": "00:00"},
    ),
    (
        "campaigns",
        Campaign,
        CAMPAIGN,
        {"starts_at": "0999-12-31T00:00:00Z"},
        {"starts_at_0": "0999-12-31", "starts_at_1": "00:00"},
    ),
    ("campaigns", Campaign, CAMPAIGN, {"budget_micros": 1_000_000}, {"budget_micros": "1"}),
    ("campaigns", Campaign, CAMPAIGN, {"budget_micros": -2_500_000}, {"budget_micros": "-2.5"}),
    ("campaigns", Campaign, CAMPAIGN, {"timezone": "Asia/Soul"}, {"timezone": "Asia/Soul"}),
    ("campaigns", Campaign, CAMPAIGN, {"status": "blocked"}, {"status": "blocked"}),
    ("line-items", LineItem, ITEM, {"currency": "XXX"}, {"currency": "0"}),
    ("line-items", LineItem, ITEM, {"tier": "gold"}, {"tier": "gold"}),
    ("line-items", LineItem, ITEM, {"goal_count": 5}, {"goal_count": "5"}),
    ("line-items", LineItem, ITEM, {"goal_kind": "clicks"}, {"goal_kind": "clicks"}),
    (
        "line-items",
        LineItem,
        ITEM,
        {"goal_count": 0, "goal_kind": "clicks"},
        {"goal_count": "0", "goal_kind": "clicks"},
    ),
    ("line-items", LineItem, ITEM, {"share_ppm": 500_000}, {"share_ppm": "50"}),
    ("line-items", LineItem, ITEM, {"share_ppm": 1_000_001}, {"share_ppm": "100.0001"}),
    ("line-items", LineItem, ITEM, {"default_ctr_ppm": 2_000_000}, {"default_ctr_ppm": "200"}),
    (
        "line-items",
        LineItem,
        ITEM,
        {"minimum_interval_seconds": 2**32},
        {"minimum_interval_seconds": str(2**32)},
    ),
    ("line-items", LineItem, ITEM, {"categories": ["a" * 99]}, {"categories": "a" * 99}),
    ("line-items", LineItem, ITEM, {"id": "ct-1"}, {"public_id": "ct-1"}),
    (
        "line-items",
        LineItem,
        ITEM,
        {"targeting": {"countries": {"allow": ["XX"]}}},
        {"targeting_countries_allow": "XX"},
    ),
    (
        "line-items",
        LineItem,
        ITEM,
        {"targeting": {"units": {"deny": ["u-9"]}}},
        {"targeting_units_deny": ["u-9"]},
    ),
    (
        "line-items",
        LineItem,
        ITEM,
        {"targeting": {"ages": [{"min": 30, "max": 20}]}},
        {"targeting_ages": "30-20"},
    ),
    ("creatives", Creative, CREATIVE, {"landing_url": "http://shop.example"}, {}),
    ("creatives", Creative, CREATIVE, {"landing_url": "https://u:p@shop.example"}, {}),
    ("creatives", Creative, CREATIVE, {"landing_url": "https://127.0.0.1/"}, {}),
    ("creatives", Creative, CREATIVE, {"image_url": "javascript:alert(1)"}, {}),
    ("creatives", Creative, CREATIVE, {"weight": -1}, {"weight": "-1"}),
    ("units", Unit, UNIT, {"refresh_seconds": 80_000}, {"refresh_seconds": "80000"}),
    ("units", Unit, UNIT, {"horizon_seconds": 59}, {"horizon_seconds": "59"}),
    ("units", Unit, UNIT, {"language": "zz"}, {}),
    ("units", Unit, UNIT, {"origins": ["http:/x"]}, {"origins": "http:/x"}),
    ("units", Unit, UNIT, {"blocked_advertisers": ["a-9"]}, {"blocked_advertisers": ["a-9"]}),
    ("units", Unit, UNIT, {"ad_ratio_ppm": 1_000_001}, {"ad_ratio_ppm": "100.0001"}),
    ("contents", Content, CONTENT, {"language": "xx"}, {}),
    ("contents", Content, CONTENT, {"pinned_rank": 70_000}, {"pinned_rank": "70000"}),
    (
        "contents",
        Content,
        CONTENT,
        {"expires_at": "2026-11-29T00:00:00Z"},
        {"expires_at_0": "2026-11-29", "expires_at_1": "00:00"},
    ),
    (
        "exchange-rates",
        ExchangeRate,
        {"currency": "USD", "rate_ppm": 1},
        {"currency": "dollar"},
        {"currency": "dollar"},
    ),
    ("exchange-rates", ExchangeRate, {"currency": "USD", "rate_ppm": 1}, {"rate_ppm": 0}, {"rate_ppm": "0"}),
]
# Where the document names a member otherwise than the form.
MEMBERS = {"public_id": "id", "__all__": ""}


class SameRefusalsTests(ApiCase):
    maxDiff = None

    def setUp(self) -> None:
        super().setUp()
        self.client.handler.enforce_csrf_checks = False
        self.pages: dict[type[Model], dict[str, Any]] = {}
        make_currency("KRW")
        make_unit(public_id="u-1")
        advertiser = make_advertiser(public_id="a-1")
        campaign = make_campaign(public_id="c-1", advertiser=advertiser)
        make_line_item(public_id="li-1", campaign=campaign)
        make_content(public_id="ct-1", channel=make_channel(public_id="ch-1"))

    def typed(self, model: type[Model], document: dict[str, Any]) -> dict[str, Any]:
        """A good document as the form of the admin takes it."""
        sent = dict(self.opened(model))
        for name, value in document.items():
            if name in ("advertiser", "campaign", "line_item", "channel"):
                field = model._meta.get_field(name)
                value = field.related_model._default_manager.get(public_id=value).pk
            if name.endswith("_at"):
                sent |= {f"{name}_0": value[:10], f"{name}_1": value[11:19]}
            elif name == "price_micros":
                sent[name] = str(value // 1_000_000)
            elif name == "rate_ppm":
                sent[name] = "0.000001"
            else:
                sent[name] = value
        if model is LineItem:
            sent |= {f"creatives-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        return {name: value for name, value in sent.items() if not hasattr(value, "isoformat")}

    def opened(self, model: type[Model]) -> dict[str, Any]:
        """What the page of a new row has filled in."""
        if model not in self.pages:
            form = self.client.get(url(model, "add")).context["adminform"].form
            values = {name: form[name].value() for name in form.fields}
            self.pages[model] = {
                name: value
                for name, value in values.items()
                if value not in (None, "", []) and not isinstance(value, dict | list)
            }
        return self.pages[model]

    def form_refusals(self, model: type[Model], sent: dict[str, Any]) -> dict[str, list[str]]:
        with override("en"):
            page = self.client.post(url(model, "add"), sent)
            self.assertEqual(page.status_code, 200, "the form has taken it")
            return {name: sorted(map(str, texts)) for name, texts in errors_of(page).items()}

    def test_the_api_refuses_what_the_form_refuses_in_the_same_words(self):
        self.client.force_login(self.user)
        for name, model, good, change, typed in CASES:
            with self.subTest(name, change=change):
                sent = {**self.typed(model, good), **(typed or change)}
                form = self.form_refusals(model, sent)
                self.assertTrue(form)
                before = model._default_manager.count()
                answer = self.post(f"/{name}", {**good, **change})
                problem = self.assert_problem(answer, 400, "invalid-parameters")
                found: dict[str, list[str]] = {}
                for one in problem["errors"]:
                    found.setdefault(one["field"], []).append(one["detail"])
                expected = {self.member(field): texts for field, texts in form.items()}
                self.assertEqual({field: sorted(texts) for field, texts in found.items()}, expected)
                self.assertEqual(model._default_manager.count(), before)

    def member(self, field: str) -> str:
        name = MEMBERS.get(field, field)
        for condition in ("countries_allow", "units_deny", "ages"):
            if name == f"targeting_{condition}":
                return f"targeting.{condition.replace('_', '.')}"
        return name

    def test_the_documents_of_the_table_are_taken_without_their_changes(self):
        seen = set()
        for name, _model, good, _change, _typed in CASES:
            if name not in seen:
                seen.add(name)
                self.assertEqual(self.post(f"/{name}", good).status_code, 201, name)

    def test_values_of_another_type_are_refused_with_their_members(self):
        for name, good, change in (
            ("advertisers", ADVERTISER, {"name": 7}),
            ("advertisers", ADVERTISER, {"name": None}),
            ("advertisers", ADVERTISER, {"caps": {}}),
            ("advertisers", ADVERTISER, {"caps": [{"window": "year", "limit": 1}]}),
            ("advertisers", ADVERTISER, {"caps": [{"window": "day", "limit": 1.5}]}),
            ("advertisers", ADVERTISER, {"nick": "x"}),
            ("campaigns", CAMPAIGN, {"budget_micros": "1,000"}),
            ("campaigns", CAMPAIGN, {"budget_micros": 1.0}),
            ("campaigns", CAMPAIGN, {"budget_micros": True}),
            ("campaigns", CAMPAIGN, {"budget_micros": 2**63}),
            ("campaigns", CAMPAIGN, {"starts_at": "2026-11-30"}),
            ("campaigns", CAMPAIGN, {"starts_at": "2026-11-30T00:00:00.5Z"}),
            ("campaigns", CAMPAIGN, {"starts_at": "9999-99-30T00:00:00Z"}),
            ("campaigns", CAMPAIGN, {"starts_at": "0001-01-01T00:00:00+23:59"}),
            ("campaigns", CAMPAIGN, {"spent_micros": 0}),
            ("campaigns", CAMPAIGN, {"created_at": "2026-11-30T00:00:00Z"}),
            ("line-items", ITEM, {"targeting": []}),
            ("line-items", ITEM, {"targeting": {"moods": {}}}),
            ("line-items", ITEM, {"targeting": {"countries": {"allow": "KR"}}}),
            ("line-items", ITEM, {"targeting": {"countries": {"allow": [7]}}}),
            ("line-items", ITEM, {"dayparts": [{"from_hour": 9}]}),
            ("line-items", ITEM, {"dayparts": [{"days": ["mo"], "from_hour": 9, "to_hour": 10}]}),
            ("line-items", ITEM, {"categories": [7]}),
            ("line-items", ITEM, {"price_micros": None}),
            ("units", UNIT, {"lends_to_devices": "yes"}),
        ):
            with self.subTest(name, change=change):
                answer = self.post(f"/{name}", {**good, **change})
                self.assert_problem(answer, 400, "invalid-parameters", *change)

    def test_bodies_that_no_row_has_are_refused(self):
        deep = b'{"caps":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
        for body, status, kind in (
            (b"", 415, "unsupported-media-type"),
            (b"[]", 400, "invalid-body"),
            (b'{"name": "a\\u0000"}', 400, "invalid-body"),
            (b'{"name": "\\ud800"}', 400, "invalid-body"),
            (b'{"\\udfff": 1}', 400, "invalid-body"),
            (b'{"name": 1e999}', 400, "invalid-body"),
            (b'{"name": NaN}', 400, "invalid-body"),
            (b'{"name": ' + b"9" * 5_000 + b"}", 400, "invalid-body"),
            (deep, 400, "invalid-body"),
            (b'{"caps":' + b"[" * 40 + b"]" * 40 + b"}", 400, "invalid-body"),
            (b'{"name": "\xff"}', 400, "invalid-body"),
            (b'{"name": "' + b"x" * 1024 * 1024 + b'"}', 413, "body-too-large"),
        ):
            with self.subTest(body[:30]):
                self.assert_problem(self.post("/advertisers", body), status, kind)
        form = self.client.generic(
            "POST",
            "/api/management/v1/advertisers",
            b"name=x",
            content_type="application/x-www-form-urlencoded",
            headers={"authorization": f"Bearer {self.token}"},
        )
        self.assert_problem(form, 415, "unsupported-media-type")
