"""Point 3: the phone's lock screen before readers see it."""

from django.urls import reverse

from adops.models import Content, LineItem, Unit
from inspection.tests.function import InspectionCase, Page


class Preview(InspectionCase):
    role = "editor"

    def setUp(self) -> None:
        super().setUp()
        Unit.objects.update(ad_ratio_ppm=500_000, default_count=4)

    def see(self, **values: str) -> Page:
        sent = {"rows": "edited", "allocation": "lockscreen", "unit": "u-1", "user_id": "u", "language": "ko"}
        page = self.client.get(reverse("inspection:preview"), {**sent, **values})
        self.assertEqual(page.status_code, 200)
        return page

    def test_point_3_each_slot_has_its_picture_hours_and_reason_and_an_editor_sees_pins_and_order(
        self,
    ) -> None:
        first = Content.objects.get()
        Content.objects.create(
            public_id="ct-2",
            channel=first.channel,
            title="Pinned",
            image_url="https://cdn.example/p.jpg",
            landing_url=first.landing_url,
            language="ko",
            published_at=first.published_at,
            pinned_rank=3,
        )
        page = self.see()
        slots = page.context["slots"]
        self.assertEqual(
            [(slot.title, slot.is_ad) for slot in slots], [("Pinned", False), ("T", True), ("글", False)]
        )
        self.assertEqual((slots[0].pin, slots[0].reason), (3, "pinned to place 3 by an editor"))
        self.assertIn("1 of 1 ads that fit: standard", slots[1].reason.lower())
        self.assertIn("2 of 2 contents that fit: not seen yet, score", slots[2].reason)
        self.assertRegex(slots[1].hours, r"\d\d:\d\d – ")
        self.assertContains(page, 'src="https://cdn.example/p.jpg"')
        # What stands there if the image does not load.
        self.assertContains(page, "The image does not load: https://cdn.example/p.jpg")
        self.assertContains(page, "Pin 3")

    def test_point_3_nothing_is_counted(self) -> None:
        self.publish()
        before = self.items()
        page = self.see(rows="published")
        self.assertEqual(self.items(), before)
        self.assertNotContains(page, "/api/v1/events")

    def test_point_3_the_served_version_and_the_edited_rows_are_told_apart(self) -> None:
        self.publish()
        LineItem.objects.all().delete()
        kinds = {
            rows: [slot.is_ad for slot in self.see(rows=rows).context["slots"]]
            for rows in ("published", "edited")
        }
        self.assertEqual(kinds, {"published": [False, True], "edited": [False]})
        self.assertContains(self.see(rows="published"), "Version 1, which is served.")
        self.assertContains(self.see(), "The edited rows, which are not published.")

    def test_point_3_in_another_language_and_at_another_time_the_screen_is_another_one(self) -> None:
        LineItem.objects.all().delete()
        page = self.see(language="en")
        self.assertContains(page, "The screen is empty")
        page = self.see(at_0="2025-01-01", at_1="00:00")
        self.assertEqual(page.context["slots"], [])

    def test_the_page_opens_with_a_phone_at_the_first_unit_and_the_form_of_a_unit_leads_there(self) -> None:
        self.publish()
        page = self.client.get(reverse("inspection:preview"))
        self.assertEqual(page.context["version"], 1)
        unit = Unit.objects.get()
        form = self.client.get(reverse("admin:adops_unit_change", args=[unit.pk]))
        self.assertContains(form, f"{reverse('inspection:preview')}?rows=published")
