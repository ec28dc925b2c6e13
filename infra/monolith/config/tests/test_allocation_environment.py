"""The environment of the allocation APIs."""

from unittest import TestCase

from config.allocation_environment import (
    AllocationEnvironment,
    LedgerEnvironment,
    read_allocation_environment,
)

VARIABLES = {
    "LOCKFILL_CATALOG_TABLE": "catalog",
    "LOCKFILL_REDIS_URL": "redis://127.0.0.1:1",
    "LOCKFILL_LINK_BASE_URL": "https://t.example/",
    "LOCKFILL_SIGNING_KEYS": f"k2:{'s' * 32},k1:{'t' * 32}",
}


def read(variables: dict[str, str]) -> AllocationEnvironment:
    environment = read_allocation_environment(variables)
    assert environment is not None
    return environment


class AllocationVariables(TestCase):
    def refuse(self, changes: dict[str, str], problem: str) -> None:
        with self.subTest(changes), self.assertRaises(ValueError) as raised:
            read_allocation_environment({**VARIABLES, **changes})
        self.assertEqual(str(raised.exception), problem)

    def test_the_first_key_signs_and_redis_may_take_ten_milliseconds(self) -> None:
        environment = read(VARIABLES)
        self.assertEqual(environment.signing_keys[0], ("k2", "s" * 32))
        self.assertEqual(environment.redis_deadline_ms, 10)
        self.assertEqual(environment.link_base, "https://t.example")
        self.assertIsNone(environment.debug_token)
        self.assertNotIn("sss", repr(environment))

    def test_without_any_of_it_allocations_are_not_answered(self) -> None:
        self.assertIsNone(read_allocation_environment({}))
        self.assertIsNone(read_allocation_environment({"LOCKFILL_CATALOG_TABLE": "catalog"}))

    def test_without_a_signing_key_it_does_not_start(self) -> None:
        self.refuse({"LOCKFILL_SIGNING_KEYS": ""}, "LOCKFILL_SIGNING_KEYS is not set")

    def test_keys_that_could_be_guessed_or_confused_are_refused(self) -> None:
        shape = (
            "LOCKFILL_SIGNING_KEYS: signing keys must be KEY_ID:SECRET,"
            " at most 4 of them joined by commas, each key id once"
        )
        secret = "s" * 32
        twice, five = f"k1:{secret},k1:{secret}", ",".join(f"k{n}:{secret}" for n in range(5))
        for keys in ("k1", twice, five):
            self.refuse({"LOCKFILL_SIGNING_KEYS": keys}, shape)
        short = "LOCKFILL_SIGNING_KEYS: a signing key's secret must have 32 bytes or more"
        self.refuse({"LOCKFILL_SIGNING_KEYS": "k1:hunter2"}, short)
        name = "LOCKFILL_SIGNING_KEYS: a signing key's id must be 1 to 16 of A-Za-z0-9_-"
        self.refuse({"LOCKFILL_SIGNING_KEYS": f"k.1:{secret}"}, name)

    def test_user_key_secrets_are_the_present_one_and_those_of_before(self) -> None:
        self.assertEqual(read(VARIABLES).user_key_secrets, (None,))
        secret = "u" * 32
        environment = read({**VARIABLES, "LOCKFILL_USER_KEY_SECRETS": f"{secret}, none"})
        self.assertEqual(environment.user_key_secrets, (secret, None))
        self.assertNotIn("uuu", repr(environment))
        name = "LOCKFILL_USER_KEY_SECRETS"
        self.refuse({name: "hunter2"}, f"{name}: a user key secret must have 32 bytes or more")
        shape = (
            f"{name}: user key secrets must be at most 3 joined by commas, each once;"
            " none stands for names without a secret"
        )
        for text in (f"{secret},{secret}", f"{secret},none,{secret}1,{secret}2"):
            self.refuse({name: text}, shape)

    def test_events_are_recorded_where_the_ledgers_table_is_named(self) -> None:
        self.assertIsNone(read(VARIABLES).ledger)
        table = {**VARIABLES, "LOCKFILL_EVENTS_TABLE": "events"}
        self.assertEqual(read(table).ledger, LedgerEnvironment("events", 400, 1))
        thresholds = {"LOCKFILL_LEDGER_DAYS": "30", "LOCKFILL_CLICK_SECONDS_MIN": "0"}
        self.assertEqual(read({**table, **thresholds}).ledger, LedgerEnvironment("events", 30, 0))
        bursts = {"LOCKFILL_USER_EVENTS_MAX": "7", "LOCKFILL_ADDRESS_EVENTS_MAX": "8"}
        self.assertEqual(read({**table, **bursts}).ledger, LedgerEnvironment("events", 400, 1, 7, 8))
        for name in bursts:
            self.refuse({name: "0"}, f"{name}: must be a number of events from 1 to 100000000")
        for days in ("0", "3651", "-1", "1.5", "many"):
            problem = "LOCKFILL_LEDGER_DAYS: must be a number of days from 1 to 3650"
            self.refuse({"LOCKFILL_LEDGER_DAYS": days}, problem)
        for seconds in ("-1", "61", "x"):
            problem = "LOCKFILL_CLICK_SECONDS_MIN: must be a number of seconds from 0 to 60"
            self.refuse({"LOCKFILL_CLICK_SECONDS_MIN": seconds}, problem)

    def test_links_are_https_or_stay_on_the_machine(self) -> None:
        for good in ("https://t.example:8443", "http://127.0.0.1:8080", "http://[::1]:1"):
            variables = {**VARIABLES, "LOCKFILL_LINK_BASE_URL": good}
            self.assertEqual(read(variables).link_base, good)
        for bad in (
            "t.example",
            "http://t.example",
            "https://",
            "https://t.example/path",
            "https://user@t.example",
            "http://127.0.0.1.evil.example",
            "https://user:pw@good@evil",
            "https://evil\\@good",
            "https://:443",
            "https://10.0.0.1",
        ):
            variables = {**VARIABLES, "LOCKFILL_LINK_BASE_URL": bad}
            with self.subTest(bad), self.assertRaisesRegex(ValueError, "LINK_BASE_URL: must be"):
                read_allocation_environment(variables)

    def test_all_that_is_wrong_is_named_at_once_and_no_value_with_it(self) -> None:
        variables = {
            "LOCKFILL_SIGNING_KEYS": "k1:hunter2",
            "LOCKFILL_REDIS_URL": "http://user:hunter2@host",
            "LOCKFILL_REDIS_DEADLINE_MS": "0",
        }
        with self.assertRaises(ValueError) as raised:
            read_allocation_environment(variables)
        text = str(raised.exception)
        for name in ("CATALOG_TABLE", "REDIS_URL", "REDIS_DEADLINE_MS", "LINK_BASE_URL", "SIGNING"):
            self.assertIn(f"LOCKFILL_{name}", text)
        self.assertNotIn("hunter2", text)
        self.assertNotIn("\n", text)
