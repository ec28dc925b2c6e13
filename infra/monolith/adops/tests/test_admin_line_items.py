"""The form of a line item: the catalog holds what was typed."""

from adops.models import Creative, LineItem, Status
from adops.tests.admin_case import AdminCase, errors_of, messages_of, url, values_of_page
from adops.tests.conditions import every_condition
from adops.tests.rows import (
    IMAGE,
    LANDING,
    make_campaign,
    make_content,
    make_creative,
    make_currency,
    make_line_item,
    make_unit,
)
from delivery.models import ItemTotal
from kernel.dimensions import DIMENSION_BY_FIELD

EVERY_CONDITION = every_condition()


class LineItemFormTests(AdminCase):
    def test_a_goal_a_share_and_an_expected_rate_are_kept_as_typed(self):
        line_item = make_line_item(tier="sponsorship", public_id="li-1")
        make_unit()
        terms = {"goal_count": "1000", "goal_kind": "clicks", "delivery": "asap"}
        page = self.change(line_item, **terms, share_ppm="12.5", default_ctr_ppm="0.52")
        self.assertEqual(messages_of(page)[1:], [])
        line_item.refresh_from_db()
        self.assertEqual((line_item.goal_count, line_item.goal_kind), (1_000, "clicks"))
        self.assertEqual((line_item.delivery, line_item.share_ppm), ("asap", 125_000))
        self.assertEqual(line_item.default_ctr_ppm, 5_200)
        form = values_of_page(self.client.get(url(LineItem, "change", line_item.pk)))
        self.assertEqual((form["share_ppm"], form["default_ctr_ppm"]), (["12.5"], ["0.52"]))
        ItemTotal.objects.create(item_kind="line_item", item="li-1", clicks=1_000)
        page = self.change(line_item)
        self.assertIn("The goal is reached: the line item is not shown any more.", messages_of(page))

    def test_terms_that_cannot_hold_are_refused(self):
        line_item = make_line_item()
        for terms, field in (
            ({"goal_count": "10"}, "goal_kind"),
            ({"goal_kind": "clicks"}, "goal_kind"),
            ({"goal_count": "0", "goal_kind": "clicks"}, "goal_count"),
            ({"goal_count": "-1", "goal_kind": "clicks"}, "goal_count"),
            ({"goal_count": str(2**63), "goal_kind": "clicks"}, "goal_count"),
            ({"share_ppm": "50"}, "share_ppm"),
            ({"share_ppm": "0", "tier": "sponsorship"}, "share_ppm"),
            ({"share_ppm": "100.1", "tier": "sponsorship"}, "share_ppm"),
            ({"default_ctr_ppm": "101"}, "default_ctr_ppm"),
        ):
            with self.subTest(terms):
                self.assertIn(field, errors_of(self.change(line_item, **terms)))

    def test_a_line_item_is_made_with_targeting_hours_caps_and_a_creative(self):
        make_unit(public_id="u-1")
        campaign, currency = make_campaign(), make_currency()
        values = {
            **values_of_page(self.client.get(url(LineItem, "add"))),
            "name": "Commuters",
            "campaign": campaign.pk,
            "currency": currency.pk,
            "price_micros": "1,200.5",
            "dayparts": "Mon-Fri 07-09; 22-02",
            "caps_day": "3",
            "caps_lifetime": "10",
            "categories": "coffee, food",
            "targeting_countries_allow": "kr, JP",
            "targeting_genders_allow": ["F"],
            "targeting_ages": "18-24, 35-",
            "targeting_units_allow": ["u-1"],
            "targeting_geo": "37.5665, 126.978, 5 km",
            "targeting_key_values": "plan = gold\nplan != trial",
            "creatives-TOTAL_FORMS": "2",
        }
        for number in range(2):
            values |= {
                f"creatives-{number}-title": f"Coffee {number}",
                f"creatives-{number}-image_url": IMAGE,
                f"creatives-{number}-landing_url": LANDING,
                f"creatives-{number}-weight": "1",
                f"creatives-{number}-status": "active",
            }

        page = self.add(LineItem, values)

        self.assertEqual(messages_of(page)[1:], [])
        line_item = LineItem.objects.get()
        self.assertRegex(line_item.public_id, r"^li-\d{7}$")
        self.assertEqual(line_item.price_micros, 1_200_500_000)
        self.assertEqual(
            line_item.dayparts,
            [
                {"days": ["mon", "tue", "wed", "thu", "fri"], "from_hour": 7, "to_hour": 9},
                {"days": [], "from_hour": 22, "to_hour": 2},
            ],
        )
        self.assertEqual(line_item.caps, [{"window": "day", "limit": 3}, {"window": "lifetime", "limit": 10}])
        self.assertEqual(line_item.categories, ["coffee", "food"])
        self.assertEqual(
            line_item.targeting,
            {
                "units": {"allow": ["u-1"]},
                "countries": {"allow": ["KR", "JP"]},
                "genders": {"allow": ["F"]},
                "ages": [{"min": 18, "max": 24}, {"min": 35}],
                "geo": [
                    {
                        "latitude_microdegrees": 37_566_500,
                        "longitude_microdegrees": 126_978_000,
                        "radius_meters": 5_000,
                    }
                ],
                "key_values": {"plan": {"allow": ["gold"], "deny": ["trial"]}},
            },
        )
        self.assertEqual(len({row.public_id for row in Creative.objects.all()}), 2)

    def test_saving_an_untouched_form_changes_nothing(self):
        self.assertEqual(set(EVERY_CONDITION), set(DIMENSION_BY_FIELD))
        make_unit(public_id="u-1", app_id="u-1")
        line_item = make_line_item(
            targeting=EVERY_CONDITION,
            dayparts=[{"days": ["sun", "mon"], "from_hour": 22, "to_hour": 22}],
            caps=[{"window": "week", "limit": 9}],
            categories=["a, b", 'say "c"'],
            price_micros=1,
        )

        page = self.change(line_item)

        self.assertIn("was changed successfully", messages_of(page)[0])
        saved = LineItem.objects.get()
        for field in ("targeting", "dayparts", "caps", "categories", "price_micros", "public_id"):
            with self.subTest(field):
                self.assertEqual(getattr(saved, field), getattr(line_item, field))

    def test_touching_one_condition_leaves_the_others_to_the_letter(self):
        line_item = make_line_item(targeting={**EVERY_CONDITION, "key_values": {"a=b": {"allow": ["c"]}}})
        self.change(line_item, targeting_countries_allow="US")
        saved = LineItem.objects.get().targeting
        self.assertEqual(saved["countries"], {"allow": ["US"], "deny": ["JP"]})
        self.assertEqual(saved["key_values"], {"a=b": {"allow": ["c"]}})
        self.assertEqual(saved["ages"], EVERY_CONDITION["ages"])

    def test_conditions_can_be_taken_out(self):
        line_item = make_line_item(targeting={"countries": {"allow": ["KR"]}, "user_age": "new"})
        self.change(line_item, targeting_countries_allow="", targeting_user_age="")
        self.assertEqual(LineItem.objects.get().targeting, {})

    def test_no_hours_stay_no_hours(self):
        line_item = make_line_item(dayparts=[])
        page = self.change(line_item, name="Other")
        self.assertEqual(LineItem.objects.get().dayparts, [])
        self.assertIn("The schedule has no hours: the line item is never shown.", messages_of(page))

    def test_whatever_serving_would_refuse_is_refused_at_its_field(self):
        line_item = make_line_item()
        content = make_content(public_id="ct-1")
        for field, value in {
            "price_micros": "-1",
            "dayparts": "Mon-Fri 09-25",
            "caps_day": "-1",
            "targeting_countries_allow": "KOR",
            "targeting_countries_deny": "K1",
            "targeting_regions_allow": "Seoul",
            "targeting_languages_allow": "ko-KR",
            "targeting_ages": "old",
            "targeting_os_versions_min": "1.2.3.4.5",
            "targeting_sdk_versions_max": "65536",
            "targeting_device_makers_allow": "x" * 65,
            "targeting_segments_any": "x" * 65,
            "targeting_geo": "91, 0, 5 m",
            "targeting_key_values": "plan",
            "targeting_genders_allow": ["M", "?"],
            "targeting_units_allow": ["no such unit"],
            "targeting_user_age": "older",
            "minimum_interval_seconds": str(2**32),
            "currency": "ABC",
            "tier": "gold",
        }.items():
            with self.subTest(field=field, value=value):
                page = self.change(line_item, **{field: value})
                self.assertEqual(list(errors_of(page)), [field.removesuffix("_day")])
        line_item.public_id = content.public_id
        with self.assertRaisesMessage(Exception, "belongs to another row"):
            line_item.full_clean()

    def test_a_flight_that_ends_before_it_starts_is_refused(self):
        line_item = make_line_item()
        dates = {"starts_at_0": "2026-11-25", "starts_at_1": "09:00"}
        page = self.change(line_item, **dates, ends_at_0="2026-11-25", ends_at_1="09:00")
        self.assertIn("The end must be later than the start.", str(errors_of(page)))

    def test_a_creative_must_lead_somewhere_safe_and_have_an_https_image(self):
        line_item = make_line_item()
        for field, value in (
            ("image_url", "http://cdn.example/1.jpg"),
            ("image_url", "https://192.168.0.1/1.jpg"),
            ("landing_url", "javascript://alert(1)"),
            ("landing_url", "https://"),
            ("landing_url", "https://user:pw@good@evil/"),
            ("landing_url", "https://evil\\@good/"),
            ("landing_url", "https://127.0.0.1/"),
        ):
            with self.subTest(value):
                page = self.change(line_item, **{f"creatives-0-{field}": value})
                formset = page.context["inline_admin_formsets"][0].formset
                self.assertEqual(list(formset.errors[0]), [field])

    def test_an_address_in_any_script_is_stored_in_its_ascii_form(self):
        line_item = make_line_item()
        self.change(line_item, **{"creatives-0-landing_url": "https://한국.example/길"})
        (creative,) = line_item.creatives.all()
        self.assertEqual(creative.landing_url, "https://xn--3e0b707e.example/%EA%B8%B8")

    def test_an_id_is_fixed_once_it_is_given(self):
        line_item = make_line_item(public_id="li-1")
        self.change(line_item, public_id="li-2")
        self.assertEqual(LineItem.objects.get().public_id, "li-1")

    def test_the_list_shows_money_state_and_dates_without_a_query_a_row(self):
        make_unit()
        first = make_line_item()
        address = url(LineItem, "changelist")
        # Two of them are the notices about publications that each page may have.
        with self.assertNumQueries(7):
            page = self.client.get(address)
        self.assertContains(page, "₩1,200 CPM")
        self.assertContains(page, "serving")
        for number in range(20):
            make_creative(line_item=make_line_item(campaign=make_campaign(name=str(number))))
        make_line_item(campaign=first.campaign, status=Status.PAUSED)
        with self.assertNumQueries(7):
            self.client.get(address)

    def test_the_list_is_filtered_by_state_and_searched_by_advertiser(self):
        make_line_item(name="Runs")
        make_line_item(name="Waits", with_creative=False)
        page = self.client.get(url(LineItem, "changelist"), {"state": "no_creative"})
        self.assertContains(page, "Waits")
        self.assertNotContains(page, "Runs")
        page = self.client.get(url(LineItem, "changelist"), {"q": "한강"})
        self.assertContains(page, "Runs")
