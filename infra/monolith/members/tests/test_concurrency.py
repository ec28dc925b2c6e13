from dataclasses import replace
from functools import partial

from members.challenges import InvalidChallenge, issue_challenge, use_challenge
from members.device_services import (
    InvalidCode,
    KeyTaken,
    bind_key,
    issue_pairing_code,
    join_member,
)
from members.lifecycle import MemberErased
from members.models import Member, MemberDevice
from members.profiles import Profile
from members.selectors import get_device_of_token
from members.services import (
    Registered,
    Registration,
    change_profile,
    erase_member,
    register_member,
)
from members.tests.support import NOW, new_key, new_member
from members.tokens import Token
from web.tests.concurrency_test_case import ConcurrencyTestCase


def register(user_id: str, device_id: str, key: str) -> Registered:
    return register_member(Registration(user_id, device_id, key, Profile()), now=NOW)


class AtOnceTests(ConcurrencyTestCase):
    def test_a_registration_repeated_from_all_sides_is_one_with_one_good_token(self):
        key = new_key()
        outcomes = self.at_once([partial(register, "u1", "d1", key)] * 8)

        self.assertEqual({type(outcome) for outcome in outcomes}, {Registered})
        self.assertEqual(sum(outcome.is_new for outcome in outcomes), 1)
        good = [outcome for outcome in outcomes if get_device_of_token(outcome.token)]
        self.assertEqual(len(good), 1)
        self.assertEqual((Member.objects.count(), MemberDevice.objects.count()), (1, 1))

    def test_of_those_who_state_the_same_ids_each_gets_a_member_of_its_own(self):
        for ids in (("u1", "d{}"), ("u{}", "d1"), ("u1", "d1")):
            before = Member.objects.count()
            calls = [
                partial(register, ids[0].format(number), ids[1].format(number), new_key())
                for number in range(8)
            ]
            outcomes = self.at_once(calls)
            self.assertEqual([type(outcome) for outcome in outcomes], [Registered] * 8)
            self.assertTrue(all(outcome.is_new for outcome in outcomes))
            self.assertEqual(Member.objects.count(), before + 8)

    def test_a_key_that_registers_from_all_sides_is_one_device_with_one_good_token(self):
        registration = Registration("u1", "d1", new_key(), Profile(), key_id="0" * 64)
        calls = [
            partial(register_member, replace(registration, idempotency_key=new_key()), now=NOW)
            for _ in range(8)
        ]
        outcomes = self.at_once(calls)
        self.assertEqual({type(outcome) for outcome in outcomes}, {Registered})
        self.assertEqual(sum(outcome.is_new for outcome in outcomes), 1)
        self.assertEqual(sum(get_device_of_token(each.token) is not None for each in outcomes), 1)
        self.assertEqual((Member.objects.count(), MemberDevice.objects.count()), (1, 1))

    def test_a_challenge_is_used_once_from_all_sides(self):
        calls = [partial(use_challenge, issue_challenge(), NOW)] * 8
        kinds = [type(outcome) for outcome in self.at_once(calls)]
        self.assertEqual((kinds.count(type(None)), kinds.count(InvalidChallenge)), (1, 7))

    def test_a_pairing_code_lets_one_phone_in_from_all_sides(self):
        code = issue_pairing_code(new_member(), now=NOW)
        calls = [partial(join_member, code, "d", f"{number:064}", now=NOW) for number in range(8)]
        kinds = [type(outcome) for outcome in self.at_once(calls)]
        self.assertEqual((kinds.count(Registered), kinds.count(InvalidCode)), (1, 7))
        self.assertEqual(MemberDevice.objects.count(), 2)

    def test_no_phone_that_joins_during_an_erasure_is_left(self):
        member = new_member()
        code = issue_pairing_code(member, now=NOW)
        joining = partial(join_member, code, "d", "0" * 64, now=NOW)
        outcomes = self.at_once([joining, partial(erase_member, member, now=NOW)])
        self.assertIn(type(outcomes[0]), (Registered, InvalidCode))
        self.assertIsNone(outcomes[1])
        self.assertFalse(MemberDevice.objects.exists())

    def test_a_key_that_is_bound_by_two_phones_is_one_phones(self):
        devices = [new_member(f"u{number}").devices.get() for number in range(4)]
        outcomes = self.at_once([partial(bind_key, device, "0" * 64, now=NOW) for device in devices])
        kinds = [type(outcome) for outcome in outcomes]
        self.assertEqual((kinds.count(Token), kinds.count(KeyTaken)), (1, 3))
        self.assertEqual(MemberDevice.objects.filter(key_id="0" * 64).count(), 1)

    def test_strangers_do_not_get_into_each_others_way(self):
        calls = [partial(register, f"u{number}", f"d{number}", new_key()) for number in range(8)]
        self.assertEqual({type(outcome) for outcome in self.at_once(calls)}, {Registered})

    def test_a_member_is_erased_once_and_no_change_of_the_profile_survives(self):
        member = new_member()
        erasing = [partial(erase_member, member, now=NOW)] * 4
        telling = [partial(change_profile, member, Profile(country="KR"), now=NOW)] * 4
        outcomes = self.at_once([*erasing, *telling])

        self.assertLessEqual({type(outcome) for outcome in outcomes}, {MemberErased, type(None)})
        self.assertEqual(outcomes[:4].count(None), 1)
        left = Member.objects.get()
        self.assertEqual((left.user_id, left.country, left.time_zone), (None, "", ""))
