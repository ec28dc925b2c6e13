"""A phone with a key, from its registration to its recovery, through the balancer."""

import pytest

from app_phone import Administrator, KeyedPhone
from device import Device
from publisher import Publisher

SETTINGS = {"lock_screen_enabled": False, "quiet_hours": None, "language": "ko", "wifi_only_images": True}


@pytest.fixture
def phone(device: Device) -> KeyedPhone:
    return KeyedPhone(device.stack, device.user, f"phone-of-{device.user}")


def second(phone: KeyedPhone, name: str = "second") -> KeyedPhone:
    """Another phone of the same user, with a key of its own."""
    return KeyedPhone(phone.stack, phone.user, f"{phone.device_id}-{name}")


def test_a_phone_with_a_key_keeps_its_settings_from_all_others(phone: KeyedPhone) -> None:
    assert phone.register().status == 201
    path = f"/devices/{phone.device_id}/settings"
    assert phone.send("PUT", path, SETTINGS).status == 200
    squatter = KeyedPhone(phone.stack, phone.user, phone.device_id)
    assert squatter.register().status == 201
    # A registration begins with the settings that a phone without a token has, which are the defaults.
    assert squatter.send("GET", path).json["language"] == "en"
    assert phone.send("GET", path).json["language"] == "ko"


def test_a_phone_that_lost_its_token_or_had_it_stolen_renews_it(phone: KeyedPhone) -> None:
    phone.register()
    stolen = phone.token
    phone.token = ""
    assert phone.renew().status == 200
    assert phone.send("GET", "/members/me").json["user_id"] == phone.user
    phone.token = stolen
    assert phone.send("GET", "/members/me").status == 401


def test_a_second_phone_joins_and_the_lost_first_one_is_revoked(phone: KeyedPhone) -> None:
    phone.register()
    other = second(phone)
    assert other.join(phone.pairing_code()).status == 201
    listed = other.send("GET", "/members/me/devices").json["devices"]
    assert [each["is_this_one"] for each in listed] == [False, True]
    assert other.revoke(listed[0]["device"]).status == 204
    assert phone.send("GET", "/members/me").status == 401
    assert phone.renew().status == 403
    assert other.send("GET", "/members/me").json["user_id"] == phone.user


def test_an_administrator_lets_a_member_without_a_phone_in_again(phone: KeyedPhone) -> None:
    phone.register()
    code = "from members.models import Member; "
    code += f"print(Member.objects.get(devices__device_id='{phone.device_id}').pk)"
    member = int(Publisher(phone.stack).run_in_django(code).split()[-1])
    administrator = Administrator(phone.stack)
    administrator.revoke_all_phones(member)
    assert phone.send("GET", "/members/me").status == 401
    found = second(phone, "found")
    assert found.join(administrator.pairing_code(member)).status == 201
    assert found.send("GET", "/members/me").json["user_id"] == phone.user
