"""Proof of possession: a signature with the key pair that a phone keeps in its secure hardware.

The keys are ECDSA over P-256 with SHA-256, which the Android Keystore and the Secure Enclave both
have. A public key is the DER of its SubjectPublicKeyInfo, a signature the DER of its two numbers.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from members.challenges import InvalidChallenge, require_valid, use_challenge

PUBLIC_KEY_BYTES_MAX = 512
SIGNATURE_BYTES_MAX = 128


class InvalidProof(Exception):
    """The proof does not hold. The reason is the same for all of its parts."""


@dataclass(frozen=True)
class Proof:
    # In DER. `parse_public_key` has read it.
    public_key: bytes
    challenge: str
    signature: bytes

    @property
    def key_id(self) -> str:
        """The SHA-256 of the public key in lower-case hexadecimal digits: the name of the key."""
        return sha256(self.public_key).hexdigest()


def parse_public_key(der: bytes) -> bytes:
    """The public key in the one form that names it. Raises ValueError for any other than P-256."""
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise ValueError("must be the SubjectPublicKeyInfo of a P-256 key, in DER and base64")
    # One point has several encodings; only one of them may name a key.
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def message(purpose: str, challenge: str, *fields: str) -> bytes:
    """What a phone signs: lines, of which none can hold the end of a line."""
    return "\n".join(("lockfill-proof-1", purpose, challenge, *fields)).encode()


def check_proof(proof: Proof, purpose: str, *fields: str, now: datetime) -> None:
    """Checks the signature, then takes the challenge. Raises InvalidProof.

    A wrong signature takes no challenge and writes nothing.
    """
    try:
        require_valid(proof.challenge)
        key = load_der_public_key(proof.public_key)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise InvalidProof
        signed = message(purpose, proof.challenge, *fields)
        key.verify(proof.signature, signed, ec.ECDSA(SHA256()))
        use_challenge(proof.challenge, now)
    except (InvalidChallenge, InvalidSignature):
        raise InvalidProof from None
