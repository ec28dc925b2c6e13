"""What stands in no log. The test has a stack of its own, so that it knows all that was asked."""

from device import Device
from lockfill import local_secrets, web
from stacks import module_stack

stack = module_stack()


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
