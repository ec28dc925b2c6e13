"""The containers of one machine, driven through compose."""

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .. import LOGS, build, private
from ..console import Failure, step
from ..docker_engine import Engine
from ..processes import run
from . import images, secret_files

COMPOSE_FILE = images.COMPOSE / "compose.yaml"
PORT_DEFAULT = 8080
_UP_SECONDS = 600.0
_HEALTHY_SECONDS = 60.0
# An open connection of nginx's old workers to a server that it no longer uses ends within this.
_DRAIN_SECONDS = 10.0


@dataclass
class Box:
    """The bundle in an engine. `folder` has its secrets and nginx's configuration."""

    engine: Engine
    folder: Path
    port: int = PORT_DEFAULT
    project: str = "lockfill"
    # Variables of compose.yaml that are not the default.
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment_file(self) -> Path:
        return self.folder / "compose.env"

    def prepare(self, profile: str) -> None:
        """Makes images, secrets and configuration. What is there already is made anew, but for secrets."""
        private.made(self.folder)
        secret_files.make(self.folder)
        programs = images.programs(profile)
        images.configure_nginx(programs, self.folder, self.port)
        images.make_programs(self.engine, programs)
        images.make_django(self.engine)
        images.make_stores(self.engine)
        variables = {
            "LOCKFILL_BOX_FOLDER": str(self.folder),
            "LOCKFILL_PORT": str(self.port),
            "LOCKFILL_LINK_BASE_URL": self.url,
            **self.variables,
        }
        self.environment_file.write_text("".join(f"{key}={value}\n" for key, value in variables.items()))

    @property
    def command(self) -> tuple[str | Path, ...]:
        """What every command of compose begins with."""
        options = (
            "--env-file",
            self.environment_file,
            "--project-name",
            self.project,
            "--file",
            COMPOSE_FILE,
        )
        return (*self.engine.compose, *options)

    def compose(self, *arguments: str) -> str:
        """Runs a command of compose to its end; its output."""
        log = LOGS / f"compose-{arguments[0]}.log"
        return run(f"compose {arguments[0]}", [*self.command, *arguments], log, self.engine.env)

    def up(self) -> None:
        """Starts all containers, and returns once clients are answered."""
        with step("starting the containers"):
            self.compose("up", "--detach")
            self._wait("nginx", lambda: self.state("nginx") == "healthy", _UP_SECONDS)

    def down(self) -> None:
        """Removes the containers, their networks and the database."""
        self.compose("down", "--volumes", "--timeout", "10")

    def container(self, service: str) -> str:
        """The id of a service's container; empty if there is none."""
        command = [str(part) for part in (*self.command, "ps", "--quiet", service)]
        found = subprocess.run(
            command, env=dict(self.engine.env), capture_output=True, text=True, check=False
        )
        return found.stdout.strip()

    def state(self, service: str) -> str:
        """The health of a service's container, or its state if it has no health check; empty without one."""
        container = self.container(service)
        if not container:
            return ""
        form = "{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"
        return self.engine.run("inspect", "inspect", "--format", form, container).strip()

    def roll(self, function: str) -> None:
        """Replaces the processes of a function one after the other, without a request that fails.

        Nginx stops using a process, and its requests under way end, before the process is stopped.
        """
        if function not in build.FUNCTIONS:
            raise Failure(f"{function} is not one of {', '.join(build.FUNCTIONS)}")
        for number in (1, 2):
            service = f"{function}-{number}"
            with step(f"replacing {service}"):
                self._use(service, False)
                time.sleep(_DRAIN_SECONDS)
                self.compose("stop", "--timeout", "10", service)
                self.compose("up", "--detach", "--no-deps", "--force-recreate", service)
                self._wait(service, lambda name=service: self.state(name) == "healthy", _HEALTHY_SECONDS)  # type: ignore[misc]
                self._use(service, True)

    def _use(self, service: str, is_used: bool) -> None:
        """Tells nginx whether a process takes requests. A reload looks addresses of containers up again."""
        file = self.folder / "nginx" / "listener.conf"
        if not file.exists():
            raise Failure(f"{self.folder} was never prepared: ./scripts/box prepare")
        down = "" if is_used else " down"
        text, count = re.subn(
            rf"^(    server {re.escape(service)}:9000 [^;]*?)(?: down)?;$",
            rf"\1{down};",
            file.read_text(),
            flags=re.M,
        )
        if count != 1:
            raise Failure(f"{file} does not name {service}: ./scripts/box prepare")
        file.write_text(text)
        self.compose(
            "exec", "-T", "nginx", "nginx", "-c", "/etc/lockfill/nginx.conf", "-e", "stderr", "-s", "reload"
        )

    def _wait(self, what: str, ready: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Failure(f"{what} is not ready after {seconds:.0f} s: compose ps and logs say why.")
            time.sleep(0.5)
