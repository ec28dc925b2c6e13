"""Tracking tokens that come back, of both forms: `tests/fixtures/vectors/tokens.json`."""

from typing import Any
from unittest import TestCase
from uuid import UUID

from allocation.models.draw import id_hash
from allocation.models.event import Owners, ShownItem
from allocation.services.base64_text import read_base64
from allocation.services.bytes_reader import BytesReader, Ended, varint
from allocation.services.claims import Basis, ClaimedPrice, ClaimedUser, Claims, InvalidToken
from allocation.services.signing import SigningKey, SigningKeys
from allocation.services.tracking import verify
from allocation.services.user_key import UserKeys
from allocation.tests.fixtures import read_fixture

VECTORS = read_fixture("vectors/tokens.json")


def keys_of(token: str) -> SigningKeys:
    return SigningKeys([SigningKey(token.partition(".")[0], VECTORS["secret"])])


def claims_of(row: dict[str, Any]) -> Claims:
    user, creative_id = row["user"], row["creative_id"]
    price = creative_id and ClaimedPrice(row["pricing"], row["price_micros"], row["currency"])
    return Claims(
        UUID(row["request_id"]),
        row["position"],
        id_hash(row["item_id"]),
        id_hash(creative_id or row["item_id"]),
        user and ClaimedUser(user["key"], user["zone"]),
        Basis(id_hash(row["unit_id"]), row["catalog_version"], price),
        row["expires_at"],
    )


class Tokens(TestCase):
    def refuse(self, keys: SigningKeys, token: str) -> None:
        with self.assertRaises(InvalidToken, msg=token):
            verify(keys, token)

    def test_a_token_says_what_the_vectors_say(self) -> None:
        for row in VECTORS["tokens"]:
            self.assertEqual(verify(keys_of(row["token"]), row["token"]), claims_of(row), row["describes"])

    def test_a_token_of_the_former_form_still_says_what_it_said(self) -> None:
        for row in VECTORS["former"]:
            claims, found = row["claims"], verify(keys_of(row["token"]), row["token"])
            item = ShownItem(claims["i"]["c"]) if "c" in claims["i"] else None
            if item is None:
                line_item_id, campaign_id, advertiser_id = claims["i"]["a"]
                item = ShownItem(line_item_id, Owners(campaign_id, advertiser_id))
            self.assertEqual((found.item, str(found.request_id)), (item, claims["r"]), row["describes"])
            self.assertEqual((found.position, found.landing_hash), (claims["p"], id_hash(claims["l"])))
            self.assertEqual((found.basis, found.expires_at), (None, claims["e"]))
            self.assertEqual(found.user is not None, claims.get("u") is not None)

    def test_a_token_with_any_changed_or_missing_byte_is_refused(self) -> None:
        for row in [*VECTORS["tokens"], *VECTORS["former"]]:
            token = row["token"]
            keys = keys_of(token)
            for position, byte in enumerate(token):
                changed = "B" if byte == "A" else "A"
                self.refuse(keys, token[:position] + changed + token[position + 1 :])
                self.refuse(keys, token[:position])

    def test_what_is_not_a_token_is_refused(self) -> None:
        keys = SigningKeys([SigningKey("k1", "s" * 32)])
        longest = "x" * 2_049
        for text in ("", ".", "..", "k1", "k1.", "k1.AgAB", "k1.e30.", "k1..", "a.b.c.d", "🔑.🔑", longest):
            self.refuse(keys, text)

    def test_a_token_has_one_text(self) -> None:
        token = VECTORS["tokens"][0]["token"]
        for other in (f"{token}=", f"{token}\n", f"{token} ", token.replace("_", "/", 1), f"{token}A"):
            self.refuse(keys_of(token), other)
        for text in ("A", "AB", "AAB", "A=", "+w", "é"):
            with self.assertRaises(ValueError, msg=text):
                read_base64(text)

    def test_a_key_can_be_rotated_without_losing_a_link(self) -> None:
        row = VECTORS["tokens"][0]
        former = SigningKey(row["key_id"], VECTORS["secret"])
        self.assertEqual(
            verify(SigningKeys([SigningKey("k9", "t" * 32), former]), row["token"]), claims_of(row)
        )
        self.refuse(SigningKeys([SigningKey("k9", "t" * 32)]), row["token"])

    def test_a_number_is_read_as_it_was_written_and_none_beyond_64_bits(self) -> None:
        for value, length in ((0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (2**64 - 1, 10)):
            written = varint(value)
            reader = BytesReader(written)
            self.assertEqual((len(written), reader.varint(), reader.is_empty()), (length, value, True))
        for written in (b"", b"\x80", b"\xff" * 9 + b"\x02", b"\x80" * 11):
            with self.assertRaises(Ended):
                BytesReader(written).varint()

    def test_a_token_of_a_time_without_a_secret_counts_under_its_own_name_while_that_is_read(self) -> None:
        plain, keyed = "u4IDDbwryroyqQvy4geoSg", "1MLb3Joy75UBYDjDh49nL2g"
        secret = "s" * 32
        self.assertEqual(UserKeys([secret, None]).name_of_token(plain), plain)
        self.assertEqual(UserKeys([secret]).name_of_token(plain), keyed)
        self.assertEqual(UserKeys([secret]).name_of_token(keyed), keyed)
