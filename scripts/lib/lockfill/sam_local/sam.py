"""The commands of AWS's SAM command line for the functions of this repository."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import LOCAL, LOGS, ROOT, docker_images, install, local_secrets, private
from ..console import Failure
from ..docker_engine import Engine
from ..processes import Child, clean_environment, start
from . import artifacts
from .artifacts import architecture
from .stores import Stores

INVOCATIONS = ROOT / "infra" / "invocations"
FOLDER = LOCAL / "sam"
# By payload in `infra/invocations`, the function that takes it.
PAYLOADS = {
    "ads": "AdsFunction",
    "contents": "ContentsFunction",
    "lockscreen": "LockscreenFunction",
    "events-impression": "EventsFunction",
    "events-click": "EventsFunction",
    "events-batch": "EventsFunction",
    "compile": "CatalogFunction",
    "why-not": "CatalogFunction",
    "preview": "CatalogFunction",
    "pacing": "PacingFunction",
}
_INVOKE_SECONDS_MAX = 180
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Sam:
    """`sam local` over running stores. `template` is that of a build."""

    engine: Engine
    stores: Stores
    template: Path
    # Where clients follow links: the local balancer's address.
    link_base: str = "http://127.0.0.1:8080"

    @property
    def env_vars(self) -> Path:
        return FOLDER / "env-vars.json"

    @property
    def payloads(self) -> Path:
        """The folder of payloads whose tokens and digests are those of the running stores."""
        return FOLDER / "invocations"

    def write_env_vars(self) -> None:
        """The files for `sam --env-vars` and `cargo lambda --env-file`. They have secrets."""
        private.made(FOLDER)
        document = {"Parameters": self.stores.variables(self.link_base)}
        local_secrets.write_private(self.env_vars, json.dumps(document, indent=2))
        # `cargo lambda watch` runs functions on this machine.
        local = {**self.stores.local_variables(self.link_base), **artifacts.NO_CREDENTIALS}
        text = "".join(f"{name}={value}\n" for name, value in local.items())
        local_secrets.write_private(FOLDER / "cargo-lambda.env", text)

    def provide_images(self) -> None:
        """The images in which SAM runs functions."""
        own = architecture()
        docker_images.provide(
            self.engine,
            [
                f"public.ecr.aws/lambda/provided:al2023-{own}",
                "public.ecr.aws/lambda/provided:al2023",
                f"public.ecr.aws/sam/emulation-provided.al2023:latest-{own}",
            ],
        )

    def options(self) -> list[str]:
        """The options that all commands of `sam local` need here."""
        return [
            "--template",
            str(self.template),
            "--env-vars",
            str(self.env_vars),
            "--docker-network",
            self.stores.network,
            "--parameter-overrides",
            f"FunctionArchitecture={architecture()}",
            "--skip-pull-image",
            "--region",
            "us-east-1",
        ]

    def command(self, *arguments: str) -> list[str]:
        """A command of `sam local` with its options."""
        program = install.environment("sam").with_name("sam")
        return [str(program), "local", *arguments, *self.options()]

    def env(self) -> dict[str, str]:
        """The environment of SAM: the engine, credentials that are none, and a home folder of its own."""
        home = private.made(FOLDER / "home")
        engine = {name: value for name, value in self.engine.env.items() if name.startswith("DOCKER_")}
        # SAM's Docker client is a library, which takes an engine's address and needs none of its programs.
        return {
            **clean_environment(),
            **engine,
            "HOME": str(home),
            "SAM_CLI_TELEMETRY": "0",
            **artifacts.NO_CREDENTIALS,
        }

    def invoke(self, function: str, payload: Path) -> Any:
        """Invokes a function once, in a container of its own; its answer."""
        command = self.command("invoke", function, "--event", str(payload))
        result = subprocess.run(
            command,
            cwd=FOLDER,
            env=self.env(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_INVOKE_SECONDS_MAX,
        )
        lines = [line for line in result.stdout.splitlines() if line.strip()]
        if result.returncode != 0 or not lines:
            raise Failure(
                f"sam local invoke {function} failed ({result.returncode}).\n{result.stderr[-2000:]}"
            )
        return json.loads(lines[-1])

    def start_lambda(self, port: int) -> Child:
        """Runs `sam local start-lambda`, whose containers stay warm, until it is stopped."""
        command = self.command(
            "start-lambda", "--port", str(port), "--host", "127.0.0.1", "--warm-containers", "LAZY"
        )
        child = start(
            "sam local start-lambda", command, LOGS / "sam-start-lambda.log", self.env(), cwd=FOLDER
        )
        try:
            child.wait_until("ready", lambda: "" if "Running on" in child.tail() else None, _START_SECONDS)
        except BaseException:
            child.stop()
            raise
        return child

    def write_payloads(self) -> None:
        """Fills the repository's payloads with what only running stores have: tokens of a fresh answer, and
        the digest of the served rows.
        """
        private.made(self.payloads)
        answer = self.invoke("AdsFunction", INVOCATIONS / "ads.json")
        if answer.get("statusCode") != 200:
            raise Failure(f"sam local invoke AdsFunction answered {json.dumps(answer)[:500]}")
        slots = json.loads(answer["body"])["slots"]
        tokens = [slot["tracking"]["impression_url"].rpartition("/")[2] for slot in slots]
        digest = self.stores.digest()
        for number, name in enumerate(PAYLOADS):
            text = (INVOCATIONS / f"{name}.json").read_text()
            text = text.replace("TOKEN", tokens[number % len(tokens)])
            text = text.replace("0" * 64, digest)
            local_secrets.write_private(self.payloads / f"{name}.json", text)


def shown(command: list[str]) -> str:
    """A command as a user types it, with paths of this repository relative to it."""
    parts = [os.path.relpath(part, ROOT) if part.startswith(str(ROOT)) else part for part in command]
    return " ".join(parts)
