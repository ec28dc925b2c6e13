"""What stands in no log. The tests have a stack of their own, so that they know all that was asked."""

from urllib.parse import quote, urlencode

from app_phone import KeyedPhone
from device import Device
from lockfill import local_secrets, web
from stacks import module_stack

# It prepares its own database, whose logs are read too.
stack = module_stack(prepared_database=None)


def test_no_log_holds_a_secret_or_a_user(device: Device) -> None:
    document = device.ask(country="KR", lat="37.566500", lon="126.978000")
    web.get(document["slots"][0]["tracking"]["impression_url"])
    device.answer(count=0)
    device.get(f"/healthz?user_id={device.user}")
    device.get(f"/api/v1/nothing?user_id={device.user}")
    logs = "\n".join(log.read_text(errors="replace") for log in device.stack.logs.glob("*.log"))
    assert "/api/v1/allocation/lockscreen" in logs, "requests are logged"
    # No secret is part of the assertion, which a failure would print.
    assert device.user not in logs
    assert "37.5665" not in logs
    logged = [number for number, secret in enumerate(local_secrets.all_of_them()) if secret in logs]
    assert logged == []


def test_no_log_holds_what_a_phone_proves_with(device: Device) -> None:
    phone = KeyedPhone(device.stack, device.user, f"phone-of-{device.user}")
    other = KeyedPhone(device.stack, device.user, f"phone-of-{device.user}-2")
    phone.register()
    code = phone.pairing_code()
    proof = other.proof("join", code, other.device_id)
    body = {"code": code, "device_id": other.device_id, "proof": proof}
    # Refused for a wrong signature, taken, refused as used, and with its parts where they do not belong.
    wrong = {**body, "proof": {**proof, "signature": phone.proof("pair")["signature"]}}
    statuses = [other.send("POST", "/members/devices", each).status for each in (wrong, body, body)]
    assert statuses == [403, 201, 403]
    device.get(f"/api/v1/app/members/me?{urlencode({'code': code, **proof})}")
    logs = "\n".join(log.read_text(errors="replace") for log in device.stack.logs.glob("*.log"))
    assert "/api/v1/app/members/devices" in logs, "requests are logged"
    private = {"code": code, "token": phone.token, "device": phone.device_id, **proof}
    # Names alone, because a failure prints them.
    assert [name for name, text in private.items() if text in logs or quote(text, safe="") in logs] == []
