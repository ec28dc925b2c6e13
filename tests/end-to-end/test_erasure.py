"""The erasure of a member reaches the state that the functions keep in Redis."""

import json
import secrets
import socket
from contextlib import closing

from device import Device
from lockfill import web
from lockfill.faults import frozen
from lockfill.stack import Stack
from stacks import module_stack
from waiting import eventually

stack = module_stack()

MEMBERS = "/api/v1/app/members"


def states(stack: Stack) -> int:
    """How many users Redis has a state of."""
    with closing(socket.create_connection(("127.0.0.1", stack.redis_port), timeout=5)) as connection:
        connection.sendall(b"EVAL \"return #redis.call('keys', 'lockfill:*:state')\" 0\r\n")
        answer = connection.recv(64)
    assert answer.startswith(b":"), answer
    return int(answer[1:])


def with_state(device: Device) -> dict[str, str]:
    """Registers the user as a member and shows an ad. Returns the headers of the member's phone."""
    body = {"user_id": device.user, "device_id": f"phone-of-{device.user}"}
    headers = {"content-type": "application/json", "idempotency-key": secrets.token_urlsafe(24)}
    answer = web.request("POST", f"{device.stack.url}{MEMBERS}", headers, json.dumps(body))
    assert answer.status == 201, answer.body
    before = states(device.stack)
    web.get(device.ask(country="KR")["slots"][0]["tracking"]["impression_url"])
    assert states(device.stack) == before + 1, "an event makes a state"
    return {"authorization": f"Bearer {answer.json['token']}"}


def erase(device: Device, phone: dict[str, str]) -> None:
    assert web.request("DELETE", f"{device.stack.url}{MEMBERS}/me", phone).status == 204


def test_the_state_of_an_erased_member_is_gone_at_once(device: Device) -> None:
    phone = with_state(device)
    before = states(device.stack)
    erase(device, phone)
    assert states(device.stack) == before - 1


def test_a_redis_that_does_not_answer_at_that_moment_forgets_later(device: Device) -> None:
    phone = with_state(device)
    before = states(device.stack)
    with frozen(device.stack, "redis-server"):
        erase(device, phone)
    eventually("the worker has erased the state", lambda: states(device.stack) == before - 1, 15)
