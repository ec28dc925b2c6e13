"""Keys, tokens, pairing and revocation, below `/api/v1/app/challenges` and `/api/v1/app/members`."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from members import device_services as services
from members.api_view import MemberApiView
from members.authentication import require_device
from members.dto import to_token_document
from members.pairing import CODE_LIFETIME
from members.proof_dto import (
    challenge_document,
    code_document,
    devices_document,
    read_joining,
    read_proof,
    read_revocation,
)
from members.proving import require_proof, require_proof_of, unknown_key
from members.selectors import list_devices
from web import problems
from web.api_view import ApiView, json_response
from web.json_body import read_json_object
from web.problems import Problem, ProblemError


class ChallengesApi(ApiView):
    def post(self, _request: HttpRequest) -> HttpResponse:
        # Nothing is stored, so nothing has to be limited.
        return json_response(challenge_document(timezone.now()), status=HTTPStatus.CREATED)


class TokensApi(ApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        proof = read_proof(read_json_object(request))
        key_id = require_proof(request, proof, "renew-token")
        try:
            renewed = services.renew_token_of_key(key_id)
        except services.UnknownKey:
            raise unknown_key() from None
        return json_response(to_token_document(renewed.device, renewed.token))


class MyKeyApi(MemberApiView):
    def put(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        proof = read_proof(read_json_object(request))
        key_id = require_proof(request, proof, "bind-key", device.device_id)
        try:
            token = services.bind_key(device, key_id, now=timezone.now())
        except services.KeyTaken:
            raise _key_taken() from None
        return json_response(to_token_document(device, token))


class PairingCodesApi(MemberApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        proof = read_proof(read_json_object(request))
        require_proof_of(device, request, proof, "pair")
        now = timezone.now()
        code = services.issue_pairing_code(device.member, now=now)
        document = code_document(code, now + CODE_LIFETIME)
        return json_response(document, status=HTTPStatus.CREATED)


class DevicesApi(ApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        code, device_id, proof = read_joining(read_json_object(request))
        key_id = require_proof(request, proof, "join", code, device_id)
        try:
            joined = services.join_member(code, device_id, key_id, now=timezone.now())
        except services.InvalidCode:
            detail = "The pairing code is wrong, has expired or was used."
            raise _conflict("invalid-pairing-code", "Invalid pairing code", detail) from None
        except services.TooManyDevices:
            detail = f"A member has at most {services.DEVICES_MAX} phones. Revoke one first."
            raise _conflict("too-many-devices", "Too many devices", detail) from None
        except services.KeyTaken:
            raise _key_taken() from None
        return json_response(to_token_document(joined.device, joined.token), status=HTTPStatus.CREATED)


class MyDevicesApi(MemberApiView):
    def get(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        return json_response(devices_document(list_devices(device.member), device))


class RevocationsApi(MemberApiView):
    def post(self, request: HttpRequest) -> HttpResponse:
        device = require_device(request)
        number, proof = read_revocation(read_json_object(request))
        require_proof_of(device, request, proof, "revoke", str(number))
        try:
            services.revoke_device(device.member, number)
        except services.UnknownDevice:
            detail = "This member has no phone with this number."
            raise ProblemError(problems.from_status(HTTPStatus.NOT_FOUND, detail)) from None
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"cache-control": "no-store"})


def _key_taken() -> ProblemError:
    detail = "This key belongs to another phone, or this phone has another key."
    return _conflict("key-taken", "Key taken", detail)


def _conflict(kind: str, title: str, detail: str) -> ProblemError:
    return ProblemError(Problem(HTTPStatus.CONFLICT, kind, title, detail))
