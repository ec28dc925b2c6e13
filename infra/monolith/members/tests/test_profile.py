from django.utils import timezone

from kernel.vocabulary.integers import birth_year_max
from members.tests.support import FULL_PROFILE, MYSELF, MemberTestCase


class ProfileTests(MemberTestCase):
    def test_a_profile_reads_as_it_was_written(self):
        phone = self.phone()
        self.assertEqual(phone.send("patch", MYSELF, FULL_PROFILE).json()["profile"], FULL_PROFILE)
        self.assertEqual(phone.get(MYSELF).json()["profile"], FULL_PROFILE)

    def test_a_missing_field_stays_and_null_resets_it(self):
        phone = self.phone(**FULL_PROFILE)
        phone.send("patch", MYSELF, {"gender": None, "country": "JP", "unknown": 1})
        expected = {**FULL_PROFILE, "gender": None, "country": "JP"}
        self.assertEqual(phone.get(MYSELF).json()["profile"], expected)

        phone.send("patch", MYSELF, dict.fromkeys(FULL_PROFILE))
        nothing: dict[str, object] = {
            **dict.fromkeys(FULL_PROFILE),
            "interests": [],
            "time_zone": "UTC",
        }
        self.assertEqual(phone.get(MYSELF).json()["profile"], nothing)

    def test_codes_are_kept_as_the_standards_write_them_and_interests_once(self):
        phone = self.phone()
        told = {"country": "kr", "language": "KO", "interests": ["b", "a", "b"]}
        profile = phone.send("patch", MYSELF, told).json()["profile"]
        self.assertEqual((profile["country"], profile["language"]), ("KR", "ko"))
        self.assertEqual(profile["interests"], ["b", "a"])

    def test_the_limits_themselves_are_valid(self):
        phone = self.phone()
        this_year = timezone.now().year
        interests = [f"{number:064}" for number in range(64)]
        edges: tuple[dict[str, object], ...] = (
            {"birth_year": 1900},
            {"birth_year": this_year},
            {"interests": interests},
            {"interests": []},
            {"gender": "X"},
            {"time_zone": "America/Argentina/ComodRivadavia"},
        )
        for told in edges:
            with self.subTest(told=told):
                self.assertEqual(phone.send("patch", MYSELF, told).status_code, 200)

    def test_an_invalid_field_is_refused_and_changes_nothing(self):
        phone = self.phone(**FULL_PROFILE)
        next_year = birth_year_max(int(timezone.now().timestamp())) + 1
        wrong: dict[str, list[object]] = {
            "birth_year": [1899, next_year, "1990", 1990.0, True, 10**30],
            "gender": ["m", "", "MF", 1, []],
            "language": ["", "korean-kr", "한", 1],
            "country": ["", "KOR", "K", "82", "ßß", 1],
            "interests": ["sports", [""], ["a b"], [1], ["x"] * 65, ["x" * 65], {}, [None]],
            "time_zone": ["", "seoul", "asia/seoul", "../../etc/passwd", "UTC+9", 9, []],
        }
        for name, values in wrong.items():
            for value in values:
                with self.subTest(name=name, value=value):
                    response = phone.send("patch", MYSELF, {name: value})
                    self.assert_invalid_fields(response, name)
        self.assertEqual(phone.get(MYSELF).json()["profile"], FULL_PROFILE)
