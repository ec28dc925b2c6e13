"""Proof of possession, and that an ID that anyone can state is no claim."""

import time
from unittest import mock

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import override_settings

from members.models import Member, MemberDevice, UsedChallenge
from members.tests.support import (
    CHALLENGES,
    MEMBERS,
    MYSELF,
    KeyPair,
    MemberTestCase,
    Phone,
    b64,
    new_key,
)


class ClaimTests(MemberTestCase):
    def test_who_registers_anothers_user_id_does_not_lock_the_owner_out(self):
        self.register("owner", "attacker-1", country="US")
        self.register_with(KeyPair(), "owner", "attacker-2")
        for answer in (self.register_with(KeyPair(), "owner"), self.register("owner")):
            self.assertEqual(answer.status_code, 201)
            self.assertEqual(Phone(answer.json()["token"]).get(MYSELF).json()["user_id"], "owner")
            self.assertIsNone(answer.json()["profile"]["country"])

    def test_who_registers_anothers_device_id_does_not_lock_the_owner_out(self):
        self.register("attacker", "phone-of-owner")
        self.register_with(KeyPair(), "attacker", "phone-of-owner")
        for answer in (self.register_with(KeyPair(), "owner"), self.register("owner")):
            self.assertEqual(answer.status_code, 201)
            me = Phone(answer.json()["token"]).get(MYSELF).json()
            self.assertEqual(me["device_id"], "phone-of-owner")

    @override_settings(NEW_DEVICES_PER_MINUTE=100)
    def test_ten_registrations_for_anothers_device_id_do_not_block_it(self):
        for _ in range(12):
            self.register("attacker", "phone-of-owner")
            self.register_with(KeyPair(), "attacker", "phone-of-owner")
        self.assertEqual(self.register("owner").status_code, 201)
        self.assertEqual(self.register_with(KeyPair(), "owner").status_code, 201)

    def test_no_registration_without_proof_takes_over_one_with_proof(self):
        keys, key = KeyPair(), new_key()
        proof = keys.proof("register", "u1", "phone-of-u1")
        phone = Phone(self.register(key=key, proof=proof).json()["token"])
        # Not even the idempotency key stands in for the key.
        self.assert_problem(self.register(key=key), 409, "already-registered")
        self.assertNotEqual(self.register().json()["token"], phone.token)
        self.assertEqual(phone.get(MYSELF).status_code, 200)

    def test_a_key_is_registered_for_its_ids_alone(self):
        keys = KeyPair()
        self.assertEqual(self.register_with(keys).status_code, 201)
        self.assertEqual(self.register_with(keys).status_code, 200)
        self.assert_problem(self.register_with(keys, "u2"), 409, "already-registered")
        self.assertEqual(Member.objects.count(), 1)


class ProofTests(MemberTestCase):
    def assert_refused(self, proof: object, kind: str = "invalid-proof") -> None:
        self.assert_problem(self.register(proof=proof), 403, kind)
        self.assertFalse(Member.objects.exists())

    def test_a_proof_is_of_its_key_its_purpose_its_ids_and_its_challenge(self):
        keys, ids = KeyPair(), ("u1", "phone-of-u1")
        good = keys.proof("register", *ids)
        self.assert_refused(keys.proof("renew-token"))
        self.assert_refused(keys.proof("register", "u2", ids[1]))
        self.assert_refused(keys.proof("register", ids[0], "d2"))
        self.assert_refused({**good, "public_key": KeyPair().public_key})
        self.assert_refused({**good, "challenge": self.client.post(CHALLENGES).json()["challenge"]})
        self.assert_refused(keys.proof("register", *ids, challenge="made-up"))
        self.assert_refused({**good, "signature": b64(b"x" * 70)})
        # None of them has used the challenge of the good one.
        self.assertEqual(self.register(proof=good).status_code, 201)

    def test_a_proof_is_not_taken_twice(self):
        keys = KeyPair()
        proof = keys.proof("register", "u1", "phone-of-u1")
        self.assertEqual(self.register(proof=proof).status_code, 201)
        self.assert_problem(self.register(proof=proof), 403, "invalid-proof")

    def test_a_challenge_expires_and_leaves_no_row(self):
        proof = KeyPair().proof("register", "u1", "phone-of-u1")
        with mock.patch.object(time, "time", return_value=time.time() + 301):
            self.assert_refused(proof)
        self.assertFalse(UsedChallenge.objects.exists())

    def test_asking_for_challenges_writes_nothing(self):
        with self.assertNumQueries(0):
            answers = {self.client.post(CHALLENGES).json()["challenge"] for _ in range(50)}
        self.assertEqual(len(answers), 50)

    def test_other_keys_and_forms_are_a_400(self):
        other = ec.generate_private_key(ec.SECP384R1()).public_key()
        other_key = b64(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
        good = KeyPair().proof("register", "u1", "phone-of-u1")
        wrong = (
            "proof",
            [],
            {},
            {**good, "public_key": other_key},
            {**good, "public_key": "AAAA"},
            {**good, "public_key": "한"},
            {**good, "public_key": None},
            {**good, "signature": ""},
            {**good, "signature": "=" * 10},
            {**good, "signature": b64(b"x" * 129)},
            {**good, "challenge": "a b"},
            {**good, "challenge": "x" * 129},
            {**good, "challenge": 1},
        )
        for proof in wrong:
            with self.subTest(proof=proof):
                self.assert_invalid_fields(self.register(proof=proof), "proof")

    def test_an_operator_can_accept_warn_or_require(self):
        with override_settings(PROOF_OF_POSSESSION="warn"):
            with self.assertLogs("django.members", "WARNING") as logs:
                self.assertEqual(self.register().status_code, 201)
            for private in ("u1", "phone-of-u1"):
                self.assertNotIn(private, "".join(logs.output))
        with override_settings(PROOF_OF_POSSESSION="require"):
            self.assert_problem(self.register("u2"), 403, "proof-required")
            self.assertEqual(self.register_with(KeyPair(), "u2").status_code, 201)

    def test_neither_key_nor_signature_nor_challenge_is_in_the_database(self):
        keys = KeyPair()
        proof = keys.proof("register", "u1", "phone-of-u1")
        self.register(proof=proof)
        stored = f"{MemberDevice.objects.values().get()}{UsedChallenge.objects.values().get()}"
        for part in proof.values():
            self.assertNotIn(part, stored)

    @mock.patch("members.limits.WRONG_PROOFS_PER_MINUTE", 3)
    def test_wrong_proofs_count_for_their_address_and_not_for_the_key(self):
        keys = KeyPair()
        self.register_with(keys)
        wrong = {**keys.proof("renew-token"), "signature": b64(b"x")}

        def renew(proof: object, address: str) -> int:
            headers = {"x-forwarded-for": address}
            return self.send("post", f"{MEMBERS}/tokens", {"proof": proof}, headers=headers).status_code

        self.assertEqual([renew(wrong, "203.0.113.7") for _ in range(5)], [403] * 3 + [429] * 2)
        self.assertEqual(renew(keys.proof("renew-token"), "203.0.113.8"), 200)

    @mock.patch("members.limits.WRONG_PROOFS_PER_MINUTE", 3)
    def test_phones_behind_one_address_do_not_use_up_each_others_proofs(self):
        phones = [KeyPair() for _ in range(5)]
        for number, keys in enumerate(phones):
            self.register_with(keys, f"u{number}")
        renewed = [
            self.send("post", f"{MEMBERS}/tokens", {"proof": keys.proof("renew-token")}).status_code
            for keys in phones
        ]
        self.assertEqual(renewed, [200] * 5)
