"""`scripts/sam-local`: what `sam local` needs around it, until Ctrl-C or a signal ends it."""

import sys
import threading
from pathlib import Path

from .. import docker_engine
from ..build import build
from ..command_line import CommandLine
from ..console import Failure, complain, say
from ..processes import Stopped, stop_on_signals
from . import artifacts, stores
from .sam import FOLDER, PAYLOADS, Sam, shown

HELP = """\
Runs Redis, a DynamoDB server and the demonstration catalog in containers on a network of their own, and
prints the commands of `sam local` that use them: with the variables that functions need, the network, this
machine's architecture, and payloads whose tokens are fresh. Ctrl-C removes the containers.

It needs a Docker engine. Where none runs, root on Debian gets a private one, which ends with this command.
"""
AFTER_HELP = """\
examples:
  sam build --parameter-overrides FunctionArchitecture=x86_64 && ./scripts/sam-local
  ./scripts/sam-local --development
"""


def main() -> int:
    parser = CommandLine("./scripts/sam-local", description=HELP, epilog=AFTER_HELP)
    parser.add_argument(
        "--development",
        action="store_true",
        help="run development builds in place of the output of `sam build`",
    )
    arguments = parser.parse_args()
    stop_on_signals()
    try:
        _serve(development=arguments.development)
    except Failure as failure:
        complain(f"scripts/sam-local: {failure}")
        return 1
    except Stopped:
        say("\nStopped; nothing is left running.")
    return 0


def _serve(*, development: bool) -> None:
    if not development and not artifacts.BUILT.exists():
        raise Failure("there is no output of `sam build`; with --development it is not needed.")
    programs = build()
    template = artifacts.development(programs, FOLDER / "build") if development else artifacts.BUILT
    with docker_engine.engine() as engine, stores.running(engine, programs) as running:
        sam = Sam(engine, running, template)
        sam.provide_images()
        sam.write_env_vars()
        sam.write_payloads()
        _introduce(sam, programs)
        threading.Event().wait()


def _introduce(sam: Sam, programs: Path) -> None:
    say("\nIn another terminal, in the repository:\n")
    if sam.engine.is_private:
        say(f"  export DOCKER_HOST={sam.engine.env['DOCKER_HOST']}")
    say("  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local SAM_CLI_TELEMETRY=0\n")
    for name, function in PAYLOADS.items():
        payload = str(sam.payloads / f"{name}.json")
        say(f"  {shown(sam.command('invoke', function, '--event', payload))}")
    say("\nAll functions behind Lambda's API, and the local balancer in front of them:\n")
    say(f"  {shown(sam.command('start-lambda', '--port', '3001', '--warm-containers', 'LAZY'))}")
    balancer = [str(programs / "local-alb"), "serve", "--template", "template.yaml"]
    for function in artifacts.FUNCTIONS:
        url = f"http://127.0.0.1:3001/2015-03-31/functions/{function}/invocations"
        balancer += ["--function", f"{function}={url}"]
    say(f"  {shown(balancer)}")
    say("  curl 'http://127.0.0.1:8080/api/v1/allocation/ads?unit_id=1001&user_id=u1&country=KR'")
    say("\nThe payloads are those of infra/invocations, with tokens of this run. Stop: Ctrl-C")


if __name__ == "__main__":
    sys.exit(main())
