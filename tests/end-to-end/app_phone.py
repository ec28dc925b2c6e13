"""A phone that proves its key to the app's APIs, and an administrator who helps its owner."""

import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlencode

from device import Device
from lockfill import local_secrets, monolith, web
from lockfill.stack import Stack
from phone_keys import PhoneKeys
from private_texts import remember

APP = "/api/v1/app"
MEMBERS_PAGE = "/admin/members/member/"


@dataclass
class KeyedPhone(Device):
    """All that it proves with, and all that it is given, may stand in no log."""

    device_id: str
    token: str = ""
    keys: PhoneKeys = field(default_factory=PhoneKeys)

    def send(self, method: str, path: str, body: object = None) -> web.Answer:
        headers = {"content-type": "application/json", "idempotency-key": secrets.token_urlsafe(24)}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body)
        return web.request(method, f"{self.stack.url}{APP}{path}", headers, content)

    def proof(self, purpose: str, *fields: str) -> dict[str, str]:
        challenge = self.send("POST", "/challenges").json["challenge"]
        proof = self.keys.proof(challenge, purpose, *fields)
        for text in proof.values():
            remember(text)
        return proof

    def register(self) -> web.Answer:
        proof = self.proof("register", self.user, self.device_id)
        body = {"user_id": self.user, "device_id": self.device_id, "proof": proof}
        return self._with_token(self.send("POST", "/members", body))

    def join(self, code: str) -> web.Answer:
        remember(code)
        proof = self.proof("join", code, self.device_id)
        body = {"code": code, "device_id": self.device_id, "proof": proof}
        return self._with_token(self.send("POST", "/members/devices", body))

    def renew(self) -> web.Answer:
        return self._with_token(self.send("POST", "/members/tokens", {"proof": self.proof("renew-token")}))

    def pairing_code(self) -> str:
        answer = self.send("POST", "/members/me/pairing-codes", {"proof": self.proof("pair")})
        assert answer.status == 201, answer.body
        code: str = answer.json["code"]
        remember(code)
        return code

    def revoke(self, number: int) -> web.Answer:
        body = {"device": number, "proof": self.proof("revoke", str(number))}
        return self.send("POST", "/members/me/revocations", body)

    def _with_token(self, answer: web.Answer) -> web.Answer:
        if answer.status in (200, 201):
            self.token = answer.json["token"]
            remember(self.token)
        return answer


class Administrator:
    """Uses the page of members as a browser does."""

    def __init__(self, stack: Stack) -> None:
        self._page = f"{stack.url}{MEMBERS_PAGE}"
        self._origin = stack.url
        password = local_secrets.read(monolith.ADMIN_PASSWORD_SECRET)
        session = web.cookies(web.log_in(stack.url, monolith.ADMIN_USERNAME, password))
        self._csrf = session["csrftoken"]
        self._cookie = f"csrftoken={self._csrf}; sessionid={session['sessionid']}"

    def revoke_all_phones(self, member: int) -> None:
        self._act("revoke_phones", member)

    def pairing_code(self, member: int) -> str:
        page = self._act("issue_recovery_code", member)
        codes = re.findall(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b", page)
        assert len(codes) == 1, "the page shows one code"
        remember(codes[0])
        return str(codes[0])

    def _act(self, action: str, member: int) -> str:
        """Chooses an action for one member; the page that is shown after it."""
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "cookie": self._cookie,
            "origin": self._origin,
            "referer": self._page,
        }
        form = {"csrfmiddlewaretoken": self._csrf, "action": action, "_selected_action": str(member)}
        answer = web.request("POST", self._page, headers, urlencode(form))
        assert answer.status == 302, answer.status
        messages = "; ".join(f"{name}={value}" for name, value in web.cookies(answer).items())
        return web.get(self._page, cookie=f"{self._cookie}; {messages}").body.decode()
