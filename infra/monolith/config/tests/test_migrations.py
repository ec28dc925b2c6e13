import io

from django.core.management import call_command
from django.test import TestCase


class MigrationTests(TestCase):
    def test_the_models_have_no_change_without_a_migration(self):
        try:
            call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
        except SystemExit:
            self.fail("run makemigrations: a model changed")

    def test_django_finds_nothing_to_complain_about(self):
        call_command("check", fail_level="WARNING", stdout=io.StringIO())
