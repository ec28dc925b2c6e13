from functools import partial

from members.lifecycle import MemberErased
from members.models import Member, MemberDevice
from members.profiles import Profile
from members.selectors import get_device_of_token
from members.services import (
    AlreadyRegistered,
    Registered,
    Registration,
    change_profile,
    erase_member,
    register_member,
)
from members.tests.support import NOW, new_key, new_member
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

    def test_of_those_who_want_the_same_user_id_one_gets_it(self):
        calls = [partial(register, "u1", f"d{number}", new_key()) for number in range(8)]
        kinds = [type(outcome) for outcome in self.at_once(calls)]
        self.assertEqual((kinds.count(Registered), kinds.count(AlreadyRegistered)), (1, 7))
        self.assertEqual((Member.objects.count(), MemberDevice.objects.count()), (1, 1))

    def test_of_those_who_want_the_same_device_one_gets_it_and_no_half_members_stay(self):
        calls = [partial(register, f"u{number}", "d1", new_key()) for number in range(8)]
        kinds = [type(outcome) for outcome in self.at_once(calls)]
        self.assertEqual((kinds.count(Registered), kinds.count(AlreadyRegistered)), (1, 7))
        self.assertEqual((Member.objects.count(), MemberDevice.objects.count()), (1, 1))

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
