import os
import subprocess
import sys
from pathlib import Path
from unittest import TestCase

from config.database_url import SqliteDatabase
from config.environment import InvalidEnvironment, read_environment

KEY = "k" * 32
MONOLITH = Path(__file__).resolve().parents[2]


class EnvironmentTests(TestCase):
    def test_a_key_is_all_that_must_be_set(self):
        environment = read_environment({"MONOLITH_SECRET_KEY": KEY})

        self.assertEqual(environment.allowed_hosts, ("127.0.0.1", "localhost"))
        self.assertEqual(environment.bind, "127.0.0.1:8001")
        assert isinstance(environment.database, SqliteDatabase)
        self.assertEqual(environment.database.path.parent.name, ".local")
        self.assertFalse(environment.debug)

    def test_without_a_key_or_with_a_short_one_it_refuses_to_start(self):
        for key in ("", "short"):
            with self.assertRaisesRegex(InvalidEnvironment, "MONOLITH_SECRET_KEY must be set"):
                read_environment({"MONOLITH_SECRET_KEY": key})

    def test_debugging_needs_no_key_and_never_has_the_same_twice(self):
        debug = {"MONOLITH_DEBUG": "1"}
        self.assertNotEqual(read_environment(debug).secret_key, read_environment(debug).secret_key)

    def test_webhooks_are_sealed_with_keys_of_their_own_or_with_the_key(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).webhook_keys, (KEY,))
        named = {**variables, "MONOLITH_WEBHOOK_KEYS": f"{'a' * 32}, {'b' * 40}"}
        self.assertEqual(read_environment(named).webhook_keys, ("a" * 32, "b" * 40))
        self.assertNotIn("a" * 32, repr(read_environment(named)))
        with self.assertRaisesRegex(InvalidEnvironment, "MONOLITH_WEBHOOK_KEYS must be keys of 32"):
            read_environment({**named, "MONOLITH_WEBHOOK_KEYS": f"{'a' * 32},short"})

    def test_hosts_are_separated_by_commas(self):
        variables = {"MONOLITH_SECRET_KEY": KEY, "MONOLITH_ALLOWED_HOSTS": "a.example, b.example,"}
        self.assertEqual(read_environment(variables).allowed_hosts, ("a.example", "b.example"))

    def test_a_limit_of_registrations_is_a_number_above_zero(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).new_devices_per_minute, 30)
        for value in ("0", "-1", "many", "1000000"):
            with self.assertRaisesRegex(InvalidEnvironment, "MONOLITH_NEW_DEVICES_PER_MINUTE"):
                read_environment({**variables, "MONOLITH_NEW_DEVICES_PER_MINUTE": value})

    def test_a_limit_of_the_management_api_is_a_number_above_zero(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).management_requests_per_minute, 600)
        with self.assertRaisesRegex(InvalidEnvironment, "MONOLITH_MANAGEMENT_REQUESTS_PER_MINUTE"):
            read_environment({**variables, "MONOLITH_MANAGEMENT_REQUESTS_PER_MINUTE": "0"})

    def test_proof_of_possession_is_accepted_warned_about_or_required(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).proof_of_possession, "accept")
        for value in ("accept", "warn", "require"):
            named = {**variables, "MONOLITH_PROOF_OF_POSSESSION": value}
            self.assertEqual(read_environment(named).proof_of_possession, value)
        with self.assertRaisesRegex(InvalidEnvironment, "must be one of accept, warn, require"):
            read_environment({**variables, "MONOLITH_PROOF_OF_POSSESSION": "maybe"})

    def test_a_flag_that_is_neither_0_nor_1_is_refused(self):
        with self.assertRaisesRegex(InvalidEnvironment, "MONOLITH_DEBUG must be 0 or 1"):
            read_environment({"MONOLITH_SECRET_KEY": KEY, "MONOLITH_DEBUG": "yes"})

    def test_where_catalogs_are_published_is_named_as_for_the_functions(self):
        named = {
            "MONOLITH_SECRET_KEY": KEY,
            "LOCKFILL_CATALOG_TABLE": "catalog",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_REGION": "eu-central-1",
        }
        environment = read_environment(named)
        self.assertEqual(environment.catalog_table, "catalog")
        self.assertEqual(environment.dynamodb_endpoint_url, "http://127.0.0.1:1")
        self.assertEqual(environment.aws_region, "eu-central-1")
        more = {**named, "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2"}
        self.assertEqual(read_environment(more).dynamodb_endpoint_url, "http://127.0.0.1:2")

        unnamed = read_environment({"MONOLITH_SECRET_KEY": KEY})
        self.assertEqual(unnamed.catalog_table, "")
        self.assertIsNone(unnamed.dynamodb_endpoint_url)

    def test_a_quiet_period_is_a_number_of_seconds(self):
        for text, seconds in (("", 30), ("0", 0), ("99999", 99_999)):
            variables = {"MONOLITH_SECRET_KEY": KEY, "MONOLITH_PUBLISH_QUIET_SECONDS": text}
            self.assertEqual(read_environment(variables).publish_quiet_seconds, seconds)
        for text in ("-1", "1.5", "soon", "100000", "²"):
            variables["MONOLITH_PUBLISH_QUIET_SECONDS"] = text
            with self.assertRaisesRegex(InvalidEnvironment, "QUIET_SECONDS must be a number"):
                read_environment(variables)

    def test_learned_rates_are_published_of_their_own_only_if_that_is_set(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).publish_rates_seconds, 0)
        self.assertEqual(read_environment(variables).delivery_hours_days, 100)
        variables["MONOLITH_DELIVERY_HOURS_DAYS"] = "10 days"
        with self.assertRaisesRegex(InvalidEnvironment, "HOURS_DAYS must be a number of days"):
            read_environment(variables)
        variables["MONOLITH_DELIVERY_HOURS_DAYS"] = "0"
        variables["MONOLITH_PUBLISH_RATES_SECONDS"] = "86400"
        self.assertEqual(read_environment(variables).publish_rates_seconds, 86_400)
        variables["MONOLITH_PUBLISH_RATES_SECONDS"] = "daily"
        with self.assertRaisesRegex(InvalidEnvironment, "RATES_SECONDS must be a number"):
            read_environment(variables)

    def test_the_table_of_deliveries_is_named_or_not(self):
        variables = {"MONOLITH_SECRET_KEY": KEY}
        self.assertEqual(read_environment(variables).delivery_table, "")
        named = read_environment({**variables, "LOCKFILL_DELIVERY_TABLE": "delivery"})
        self.assertEqual(named.delivery_table, "delivery")

    def test_the_admins_time_zone_is_one_or_refused(self):
        variables = {"MONOLITH_SECRET_KEY": KEY, "MONOLITH_ADMIN_TIME_ZONE": "Asia/Seoul"}
        self.assertEqual(read_environment(variables).admin_time_zone.key, "Asia/Seoul")
        for zone in ("Mars/Olympus", "../etc/passwd", "/etc/passwd", "Asia"):
            with self.assertRaisesRegex(InvalidEnvironment, "must be a time zone"):
                read_environment({**variables, "MONOLITH_ADMIN_TIME_ZONE": zone})

    def test_secrets_are_not_shown(self):
        self.assertNotIn(KEY, repr(read_environment({"MONOLITH_SECRET_KEY": KEY})))

    def test_the_refusal_is_one_line(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MONOLITH_")}
        for command in (["manage.py", "check"], ["-m", "gunicorn", "-c", "gunicorn.conf.py"]):
            with self.subTest(command=command):
                finished = subprocess.run(
                    [sys.executable, *command],
                    cwd=MONOLITH,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=60,
                )
                self.assertEqual(finished.returncode, 1)
                self.assertRegex(finished.stderr, r"\Amonolith: MONOLITH_SECRET_KEY [^\n]*\n\Z")
