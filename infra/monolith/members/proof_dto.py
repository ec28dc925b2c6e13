"""The JSON of keys and proofs: request bodies and responses."""

import base64
import binascii
import re
from datetime import datetime

from members.challenges import CHALLENGE_LENGTH_MAX, CHALLENGE_LIFETIME, issue_challenge
from members.models import DEVICE_ID_LENGTH_MAX, MemberDevice
from members.pairing import CODE_PATTERN
from members.proofs import PUBLIC_KEY_BYTES_MAX, SIGNATURE_BYTES_MAX, Proof, parse_public_key
from web.fields import Fields
from web.parsers import identifier, integer
from web.times import rfc3339

DEVICE_NUMBER_MAX = 2**63 - 1
_CHALLENGE = re.compile(rf"\A[A-Za-z0-9_:-]{{1,{CHALLENGE_LENGTH_MAX}}}\Z")


def parse_proof(value: object) -> Proof:
    if not isinstance(value, dict):
        raise ValueError('must be an object of "public_key", "challenge" and "signature"')
    challenge = value.get("challenge")
    if not (isinstance(challenge, str) and _CHALLENGE.match(challenge)):
        raise ValueError('must have a challenge of the server in "challenge"')
    public_key = _parse_base64("public_key", value, PUBLIC_KEY_BYTES_MAX)
    signature = _parse_base64("signature", value, SIGNATURE_BYTES_MAX)
    try:
        return Proof(parse_public_key(public_key), challenge, signature)
    except ValueError as error:
        raise ValueError(f'"public_key" {error}') from None


def read_proof(body: dict[str, object]) -> Proof:
    """The proof of a body that has nothing else. Raises a 400 problem."""
    fields = Fields(body)
    proof = fields.required("proof", parse_proof)
    fields.finish()
    return proof


def read_joining(body: dict[str, object]) -> tuple[str, str, Proof]:
    """The pairing code, the device ID and the proof. Raises a 400 problem."""
    fields = Fields(body)
    code = fields.required("code", _parse_code)
    device_id = fields.required("device_id", identifier(DEVICE_ID_LENGTH_MAX))
    proof = fields.required("proof", parse_proof)
    fields.finish()
    return code, device_id, proof


def read_revocation(body: dict[str, object]) -> tuple[int, Proof]:
    """The number of the device to revoke and the proof. Raises a 400 problem."""
    fields = Fields(body)
    number = fields.required("device", integer(1, DEVICE_NUMBER_MAX))
    proof = fields.required("proof", parse_proof)
    fields.finish()
    return number, proof


def challenge_document(now: datetime) -> dict[str, object]:
    return {"challenge": issue_challenge(), "expires_at": rfc3339(now + CHALLENGE_LIFETIME)}


def code_document(code: str, expires_at: datetime) -> dict[str, object]:
    return {"code": code, "expires_at": rfc3339(expires_at)}


def devices_document(devices: list[MemberDevice], asking: MemberDevice) -> dict[str, object]:
    return {
        "devices": [
            {
                "device": device.pk,
                "device_id": device.device_id,
                "has_key": device.key_id is not None,
                "is_this_one": device.pk == asking.pk,
                "registered_at": rfc3339(device.registered_at),
            }
            for device in devices
        ]
    }


def _parse_code(value: object) -> str:
    if not (isinstance(value, str) and CODE_PATTERN.match(value)):
        raise ValueError("must be a pairing code: 20 letters and digits in groups of 5")
    return value


def _parse_base64(name: str, members: dict[str, object], bytes_max: int) -> bytes:
    value = members.get(name)
    try:
        if isinstance(value, str) and len(value) <= 4 * bytes_max:
            data = base64.b64decode(value, validate=True)
            if 1 <= len(data) <= bytes_max:
                return data
    except (binascii.Error, ValueError):
        pass
    raise ValueError(f'must have 1 to {bytes_max} bytes in base64 in "{name}"')
