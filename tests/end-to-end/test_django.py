"""What no listener rule names is Django's."""

import pytest

from device import Device
from lockfill import local_secrets, monolith, web


@pytest.mark.parametrize(
    ("path", "status"), [("/admin/login/", 200), ("/healthz", 200), ("/", 302), ("/api/v1/allocation/", 404)]
)
def test_any_other_path_comes_from_django(device: Device, path: str, status: int) -> None:
    answer = device.get(path)
    assert (answer.status, answer.served_by) == (status, "django")


@pytest.mark.parametrize(
    "path", ["/api/v1/allocation/ads//", "/API/v1/allocation/ads", "/api/v1/allocation/adsx"]
)
def test_a_path_that_only_resembles_a_rule_is_djangos(device: Device, path: str) -> None:
    assert device.get(path).served_by == "django"


def test_an_admin_logs_in_through_the_balancer(device: Device) -> None:
    password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
    answer = web.log_in(device.stack.url, monolith.ADMIN_USERNAME, password)
    assert (answer.status, answer.headers["location"]) == (302, "/admin/")
    session = web.cookies(answer)["sessionid"]
    assert device.get("/admin/", cookie=f"sessionid={session}").status == 200


def test_a_wrong_password_does_not_log_in(device: Device) -> None:
    answer = web.log_in(device.stack.url, monolith.ADMIN_USERNAME, "wrong")
    assert answer.status == 403
    assert "sessionid" not in web.cookies(answer)


def test_the_apps_own_api_answers_with_json(device: Device) -> None:
    answer = device.get(f"/api/v1/app/devices/{device.user}/settings")
    assert (answer.status, answer.served_by) == (200, "django")
    assert answer.headers["content-type"].split(";")[0] == "application/json"
