"""Secrets that are read at the start, by Django and by a function, from a server that checks their
signatures as AWS does: with botocore's own signer.
"""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import TestCase, mock

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from config.environment import InvalidEnvironment, read_environment
from kernel.tests.programs import require_program
from lockfill.ports import free_port

_KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "a-session-token")
_REGION = "eu-west-1"
_SIGNING = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:signing-AbCdEf"
_USERS = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:users-AbCdEf"
_REDIS = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:redis-AbCdEf"
_TOKEN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:debug-AbCdEf"
_DEBUG_TOKEN = "d" * 40


def _document(key_id: str, letter: str) -> str:
    return json.dumps({"key_id": key_id, "secret": letter * 64})


def _stored() -> dict[tuple[str, str], str]:
    return {
        (_SIGNING, "AWSCURRENT"): _document("k2", "b"),
        (_SIGNING, "AWSPREVIOUS"): _document("k1", "a"),
        (_USERS, "AWSCURRENT"): "u" * 64,
        (_REDIS, "AWSCURRENT"): "redis://lockfill:hunter2hunter2@127.0.0.1:1",
        (_TOKEN, "AWSCURRENT"): _DEBUG_TOKEN,
    }


class _Server(ThreadingHTTPServer):
    """Secrets Manager's GetSecretValue, for one key of AWS."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stored = _stored()
        self.asked: list[tuple[str, str]] = []
        # Statuses to answer with before anything else.
        self.failures: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.failures:
            return self._answer(self.server.failures.pop(0), {"__type": "InternalServiceError"})
        if self.headers.get("authorization") != self._signature(body):
            return self._answer(400, {"__type": "com.amazon.coral.service#InvalidSignatureException"})
        question = json.loads(body)
        wanted = (question["SecretId"], question["VersionStage"])
        self.server.asked.append(wanted)
        if self.headers.get("x-amz-target") != "secretsmanager.GetSecretValue":
            return self._answer(400, {"__type": "UnknownOperationException"})
        if (text := self.server.stored.get(wanted)) is None:
            return self._answer(400, {"__type": "ResourceNotFoundException", "Message": "no such secret"})
        return self._answer(200, {"ARN": wanted[0], "SecretString": text, "VersionStages": [wanted[1]]})

    def _signature(self, body: bytes) -> str:
        """What botocore signs the same request with."""
        signed = self.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        headers = {name: self.headers[name] for name in signed if name not in ("host", "x-amz-date")}
        url = f"http://{self.headers['host']}{self.path}"
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        request.context["timestamp"] = self.headers["x-amz-date"]
        signer = SigV4Auth(_KEYS, "secretsmanager", _REGION)
        # `add_auth` would take the time of now.
        request.headers["X-Amz-Date"] = self.headers["x-amz-date"]
        canonical = signer.canonical_request(request)
        signature = signer.signature(signer.string_to_sign(request, canonical), request)
        scope, names = signer.scope(request), signer.signed_headers(signer.headers_to_sign(request))
        return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"

    def _answer(self, status: int, document: dict[str, object]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _WithSecretsManager(TestCase):
    def setUp(self) -> None:
        self.manager = _Server()
        thread = threading.Thread(target=self.manager.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(self.manager.server_close)
        self.addCleanup(self.manager.shutdown)
        self.variables = {
            "AWS_REGION": _REGION,
            "AWS_ACCESS_KEY_ID": _KEYS.access_key,
            "AWS_SECRET_ACCESS_KEY": _KEYS.secret_key,
            "AWS_SESSION_TOKEN": _KEYS.token,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.manager.url,
            "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1",
            "LOCKFILL_CATALOG_TABLE": "catalogs",
            "LOCKFILL_LINK_BASE_URL": "https://ads.example",
            "LOCKFILL_SIGNING_KEYS_SECRET": f"{_SIGNING} {_SIGNING}@AWSPENDING? {_SIGNING}@AWSPREVIOUS?",
            "LOCKFILL_USER_KEY_SECRETS_SECRET": f"{_USERS} none",
            "LOCKFILL_REDIS_URL_SECRET": _REDIS,
            "LOCKFILL_DEBUG_TOKEN_SECRET": _TOKEN,
        }


class DjangoReadsSecrets(_WithSecretsManager):
    def read(self, **changes: str):
        variables = {**self.variables, "MONOLITH_SECRET_KEY": "k" * 32, **changes}
        # boto3 takes its credentials from the process.
        with mock.patch.dict("os.environ", self.variables):
            return read_environment(variables).allocation

    def test_the_current_key_signs_and_the_previous_one_is_read(self) -> None:
        allocation = self.read()

        self.assertEqual(allocation.signing_keys, (("k2", "b" * 64), ("k1", "a" * 64)))
        self.assertEqual(allocation.user_key_secrets, ("u" * 64, None))
        self.assertEqual(allocation.redis_url, "redis://lockfill:hunter2hunter2@127.0.0.1:1")
        self.assertEqual(allocation.debug_token, _DEBUG_TOKEN)

    def test_a_pending_key_is_accepted_before_it_signs(self) -> None:
        self.manager.stored[_SIGNING, "AWSPENDING"] = _document("k3", "c")

        self.assertEqual([key_id for key_id, _ in self.read().signing_keys], ["k2", "k3", "k1"])

    def test_a_version_at_two_stages_counts_once(self) -> None:
        self.manager.stored[_SIGNING, "AWSPENDING"] = _document("k2", "b")

        self.assertEqual([key_id for key_id, _ in self.read().signing_keys], ["k2", "k1"])

    def test_a_variable_that_is_set_is_taken_and_its_secret_is_not_read(self) -> None:
        self.assertEqual(self.read(LOCKFILL_REDIS_URL="redis://other:6379").redis_url, "redis://other:6379")
        self.assertNotIn((_REDIS, "AWSCURRENT"), self.manager.asked)

    def test_a_secret_that_is_missing_ends_the_start_with_its_name(self) -> None:
        del self.manager.stored[_USERS, "AWSCURRENT"]

        with self.assertRaisesRegex(
            InvalidEnvironment, "^LOCKFILL_USER_KEY_SECRETS_SECRET: .*no such secret"
        ):
            self.read()


class AFunctionReadsSecrets(_WithSecretsManager):
    """The function `ads` over plain HTTP. Its stores are away: this is about its start."""

    @contextmanager
    def running(self) -> Iterator[str]:
        address = f"127.0.0.1:{free_port()}"
        env = {**self.variables, "LOCKFILL_HTTP_ADDRESS": address}
        process = subprocess.Popen([require_program("ads")], env=env, stdout=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 30
            while True:
                try:
                    urllib.request.urlopen(f"http://{address}/healthz", timeout=5).close()
                    break
                except OSError:
                    self.assertIsNone(process.poll(), "the function ended")
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.05)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait()

    def failure(self) -> str:
        """The line of a start that fails."""
        env = {**self.variables, "LOCKFILL_HTTP_ADDRESS": "127.0.0.1:0"}
        ended = subprocess.run([require_program("ads")], env=env, capture_output=True, text=True, timeout=60)
        self.assertEqual(ended.returncode, 1)
        lines = (ended.stdout + ended.stderr).splitlines()
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def test_it_starts_with_what_the_secrets_hold(self) -> None:
        with self.running() as url:
            statuses = [self.explained(url, token) for token in ("x" * 40, _DEBUG_TOKEN)]
        # Without a catalog, a request that is let in ends as 503.
        self.assertEqual(statuses, [401, 503])
        self.assertEqual(
            self.manager.asked,
            [
                (_SIGNING, "AWSCURRENT"),
                (_SIGNING, "AWSPENDING"),
                (_SIGNING, "AWSPREVIOUS"),
                (_USERS, "AWSCURRENT"),
                (_REDIS, "AWSCURRENT"),
                (_TOKEN, "AWSCURRENT"),
            ],
        )

    def explained(self, url: str, token: str) -> int:
        address = f"{url}/api/v1/allocation/ads?unit_id=u&user_id=u&explain=1"
        request = urllib.request.Request(address, headers={"authorization": f"Bearer {token}"})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        refused.exception.close()
        return refused.exception.code

    def test_a_server_that_fails_twice_is_asked_again(self) -> None:
        self.manager.failures = [500, 503]
        with self.running():
            self.assertEqual(len(self.manager.asked), 6)

    def test_a_secret_that_is_missing_ends_the_start_with_its_name(self) -> None:
        del self.manager.stored[_REDIS, "AWSCURRENT"]

        self.assertIn("LOCKFILL_REDIS_URL_SECRET: Secrets Manager has no such secret", self.failure())

    def test_a_wrong_key_of_aws_ends_the_start_and_is_not_repeated(self) -> None:
        self.variables["AWS_SECRET_ACCESS_KEY"] = "another"

        line = self.failure()
        self.assertIn("refused with 400 InvalidSignatureException", line)
        self.assertEqual(self.manager.asked, [])

    def test_what_a_secret_holds_is_never_in_the_log(self) -> None:
        self.manager.stored[_SIGNING, "AWSCURRENT"] = _document("k2", "b" * 8 + "/,:")[:-3]
        self.manager.stored[_REDIS, "AWSCURRENT"] = "hunter2hunter2"

        line = self.failure()
        self.assertIn("LOCKFILL_REDIS_URL", line)
        self.assertNotIn("hunter2", line)
        self.assertNotIn("bbbbbbbb", line)
