"""The key pair of a phone and its proofs, as infra/monolith/docs/identity.md describes them."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class PhoneKeys:
    """Made anew for each phone. Written from the document alone: it shares no code with the server."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> str:
        public = self._private.public_key()
        return _base64(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))

    def proof(self, challenge: str, purpose: str, *fields: str) -> dict[str, str]:
        signed = "\n".join(("lockfill-proof-1", purpose, challenge, *fields)).encode()
        signature = self._private.sign(signed, ec.ECDSA(SHA256()))
        return {"public_key": self.public_key, "challenge": challenge, "signature": _base64(signature)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
