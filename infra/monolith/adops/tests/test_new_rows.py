"""Point 5: new rows start paused, so that nothing half done is published."""

from adops.models import Campaign, Content, LineItem
from adops.tests.admin_case import AdminCase, url, values_of_page


class NewRowTests(AdminCase):
    def test_the_forms_of_new_campaigns_line_items_and_contents_say_paused(self):
        for model in (Campaign, LineItem, Content):
            with self.subTest(model):
                values = values_of_page(self.client.get(url(model, "add")))
                self.assertEqual(values["status"], ["paused"])
