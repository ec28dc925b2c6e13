"""Proofs in requests: limits, the check, and the problem documents of what does not hold."""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from members.limits import proof_attempt, require_key_allowed
from members.models import MemberDevice
from members.proof_policy import REQUIRE, WARN
from members.proofs import InvalidProof, Proof, check_proof
from web.problems import Problem, ProblemError

_logger = logging.getLogger("django.members")


def require_proof(request: HttpRequest, proof: Proof, purpose: str, *fields: str) -> str:
    """The ID of the key that the phone has proven to have. Raises a 403 or 429 problem."""
    try:
        with proof_attempt(request):
            check_proof(proof, purpose, *fields, now=timezone.now())
    except InvalidProof:
        raise invalid_proof() from None
    require_key_allowed(proof.key_id)
    return proof.key_id


def require_proof_of(
    device: MemberDevice, request: HttpRequest, proof: Proof, purpose: str, *fields: str
) -> None:
    """As `require_proof`, with the key of this device. A token alone is not enough."""
    if device.key_id is None:
        detail = "This phone registered without a key. Bind one at /api/v1/app/members/me/key first."
        raise _forbidden("proof-required", "Proof required", detail)
    if require_proof(request, proof, purpose, *fields) != device.key_id:
        raise invalid_proof()


def require_registration_without_proof_allowed() -> None:
    """Raises a 403 problem if the operator requires proof."""
    if settings.PROOF_OF_POSSESSION == REQUIRE:
        detail = "A registration needs a proof: a public key, a challenge and its signature."
        raise _forbidden("proof-required", "Proof required", detail)
    if settings.PROOF_OF_POSSESSION == WARN:
        _logger.warning("a phone registers without a proof of possession")


def invalid_proof() -> ProblemError:
    # One text for every reason. A phone gets a new challenge and signs again.
    detail = "The signature is wrong, or the challenge has expired or was used. Sign a new challenge."
    return _forbidden("invalid-proof", "Invalid proof", detail)


def unknown_key() -> ProblemError:
    # Only a phone that has the key gets here.
    detail = "No phone is registered with this key. Register it, or pair it with a member."
    return _forbidden("key-not-registered", "Key not registered", detail)


def _forbidden(kind: str, title: str, detail: str) -> ProblemError:
    return ProblemError(Problem(HTTPStatus.FORBIDDEN, kind, title, detail))
