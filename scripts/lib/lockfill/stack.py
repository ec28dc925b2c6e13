"""The whole of Lockfill on one machine: stores, functions, Django, and the balancer in front.

`scripts/dev` runs one for a person, the end-to-end tests run their own.
"""

import json
import socket
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from . import ROOT, build, install, local_secrets, monolith, prepared_database, private
from .console import step
from .ports import free_port
from .processes import Child, clean_environment, run, start
from .schedule import Schedule

CATALOG_TABLE = "lockfill-catalog"
EVENTS_TABLE = "lockfill-events"
DELIVERY_TABLE = "lockfill-delivery"
DEMO_CATALOG = monolith.DEMO_CATALOG
# The product's default is 10 ms. Here debug builds and stores share one machine and miss that now and then,
# and answers without Redis would hide what a developer or a test is looking for.
REDIS_DEADLINE_MS = 250
# The local DynamoDB looks at the whole table for each page of a part of it.
LOCAL_SCAN = ("--segments", "1")


@dataclass
class Stack:
    """All programs: `start` runs them, clients ask at `url`, `stop` ends them. They write into `folder`."""

    folder: Path
    port: int = 0
    redis_deadline_ms: int = REDIS_DEADLINE_MS
    catalog: Path = DEMO_CATALOG
    # A database of Django's with the admin and the catalog, which is copied; None to prepare one.
    prepared_database: Path | None = None
    # Cargo's name for how the programs are built.
    profile: str = "dev"
    quiet: bool = False
    # How many members one address may register in a minute; None for the product's default.
    new_devices_per_minute: int | None = None
    # How many requests a key of the management API may send in a minute; None for the product's default.
    management_requests_per_minute: int | None = None
    # After how many seconds without an edit the catalog is published; None for the product's default, 0 for
    # never.
    publish_quiet_seconds: int | None = None
    # How often the function `pacing` runs: on AWS each minute.
    pacing_seconds: float = 60.0
    children: dict[str, Child] = field(default_factory=dict)
    _commands: dict[str, tuple[list[str | Path], dict[str, str]]] = field(default_factory=dict)
    schedule: Schedule | None = None
    redis_port: int = 0
    dynamodb_url: str = ""
    # The balancer's Invoke API. Django has its address before the balancer runs.
    invoke_port: int = 0
    # Where Django listens. Clients ask the balancer; tests of Django's allocations ask here.
    django_url: str = ""
    programs: Path = Path()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def invoke_url(self) -> str:
        return f"http://127.0.0.1:{self.invoke_port}"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def start(self) -> None:
        """Starts all programs. If one does not come up, raises Failure with nothing left running."""
        self.port = self.port or free_port()
        self.invoke_port = self.invoke_port or free_port()
        private.made(self.folder)
        private.made(self.logs)
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops all programs in the reverse order, so that none asks another that is gone already."""
        if self.schedule:
            self.schedule.stop()
        for name in reversed(list(self.children)):
            self.children.pop(name).stop()

    def check(self) -> None:
        """Raises Failure if a program has ended by itself."""
        for child in self.children.values():
            child.check()

    def publish(self, catalog: Path) -> str:
        """Publishes a catalog file without Django, whose edited catalog stays; the output of catalog-cli."""
        return self._catalog_cli("publish", catalog)

    def write_gates(self, file: Path) -> str:
        """Writes a file of gates as the next table; the output of catalog-cli."""
        return self._catalog_cli("write-gates", file)

    def restart_redis(self) -> None:
        """Starts a killed Redis again, empty, at the same address."""
        self.children["redis-server"].stop()
        self._start_redis(install.redis_server(), self.redis_port)

    def restart_dynamodb(self) -> None:
        """Starts a killed DynamoDB again at the same address, and publishes the catalog to it."""
        self.children["local-dynamodb"].stop()
        self._start_dynamodb(self.dynamodb_url.rpartition("/")[2])
        self._fill_dynamodb()

    def restart_publish_worker(self) -> None:
        """Starts a killed publish worker again."""
        self.children["publish-worker"].stop()
        self._start_publish_worker(monolith.python())

    def restart(self, name: str) -> None:
        """Starts a program again, whether it runs or has ended. Stores come back empty, as after a loss."""
        if name == "redis-server":
            self.restart_redis()
        elif name == "local-dynamodb":
            self.restart_dynamodb()
        else:
            command, env = self._commands[name]
            self.children[name].stop()
            self._launch(name, command, env)

    def _start_all(self) -> None:
        redis = install.redis_server()
        python = monolith.python()
        self.programs = build.build(self.profile)
        with step("starting Redis", quiet=self.quiet):
            self._start_redis(redis, free_port())
        with step("starting DynamoDB", quiet=self.quiet):
            self._start_dynamodb("127.0.0.1:0")
        with step("preparing Django's database", quiet=self.quiet):
            self._prepare_database(python)
        django = f"127.0.0.1:{free_port()}"
        self.django_url = f"http://{django}"
        # A publication invokes the compiler. The balancer starts a function at its first request.
        with step("starting the balancer", quiet=self.quiet):
            self._start_balancer()
        with step("publishing the catalog", quiet=self.quiet):
            self._fill_dynamodb()
        with step("making users' histories known", quiet=self.quiet):
            self._start_rebuilding()
        with step("starting Django", quiet=self.quiet):
            self._start_django(python, django)
        self.schedule = Schedule(self.invoke_url, self.pacing_seconds)

    def _prepare_database(self, python: Path) -> None:
        if self.prepared_database:
            prepared_database.copy(self.prepared_database, monolith.database(self.folder))
        else:
            monolith.prepare(python, self.django_environment(), self.logs, self.catalog)

    def _start_redis(self, server: Path, port: int) -> None:
        data = self.folder / "redis"
        data.mkdir(exist_ok=True)
        command: list[str | Path] = [server, "--bind", "127.0.0.1", "--port", str(port)]
        command += ["--save", "", "--appendonly", "no", "--dir", data]
        child = self._launch("redis-server", command, clean_environment())
        child.wait_until("ready", lambda: "" if _redis_answers(port) else None, 10)
        self.redis_port = port

    def _start_dynamodb(self, address: str) -> None:
        command: list[str | Path] = [self.programs / "local-dynamodb", "--listen", address]
        child = self._launch("local-dynamodb", command, clean_environment())
        self.dynamodb_url = child.wait_for_line("local-dynamodb: listening on ")

    def _start_rebuilding(self) -> None:
        """Makes the histories of users known: at once, and again a second after Redis lost them."""
        command: list[str | Path] = [self.programs / "ledger-cli", "rebuild-counters", *LOCAL_SCAN]
        log = self.logs / "ledger-cli-rebuild-counters.log"
        env = {**clean_environment(), **self.function_variables()}
        run("ledger-cli", command, log, env)
        self._launch("ledger-cli", [*command, "--every", "1"], env)

    def _fill_dynamodb(self) -> None:
        self._create_tables()
        monolith.publish(monolith.python(), self.django_environment(), self.logs)

    def _start_django(self, python: Path, address: str) -> None:
        self._start_publish_worker(python)
        env = {**self.django_environment(), "MONOLITH_BIND": address}
        self._launch("gunicorn", monolith.command(python), env).wait_for_line("Listening at: ")

    def _start_publish_worker(self, python: Path) -> None:
        self._launch("publish-worker", monolith.worker_command(python), self.django_environment())

    def django_environment(self) -> dict[str, str]:
        """The environment of Django, its worker and its commands."""
        # Django answers allocations as well, with the same stores, keys and links.
        env = {**clean_environment(), **self.function_variables()}
        env["MONOLITH_CATALOG_FUNCTION"] = "CatalogFunction"
        env["MONOLITH_LAMBDA_ENDPOINT_URL"] = self.invoke_url
        if self.new_devices_per_minute is not None:
            env["MONOLITH_NEW_DEVICES_PER_MINUTE"] = str(self.new_devices_per_minute)
        if self.management_requests_per_minute is not None:
            env["MONOLITH_MANAGEMENT_REQUESTS_PER_MINUTE"] = str(self.management_requests_per_minute)
        if self.publish_quiet_seconds is not None:
            env["MONOLITH_PUBLISH_QUIET_SECONDS"] = str(self.publish_quiet_seconds)
        return monolith.environment(self.folder, env)

    def manage(self, name: str, *arguments: str | Path) -> str:
        """Runs a command of Django's; its output."""
        return monolith.manage(monolith.python(), self.django_environment(), self.logs, name, *arguments)

    def _start_balancer(self) -> None:
        variables = self.folder / "env-vars.json"
        parameters = {"Parameters": self.function_variables()}
        local_secrets.write_private(variables, json.dumps(parameters, indent=2))
        functions = [
            f"--function={name.capitalize()}Function=exec:{self.programs / name}"
            for name in (*build.FUNCTIONS, "catalog", "pacing")
        ]
        command: list[str | Path] = [self.programs / "local-alb", "serve"]
        command += [f"--listen=127.0.0.1:{self.port}", f"--invoke-address=127.0.0.1:{self.invoke_port}"]
        command += [f"--template={ROOT / 'template.yaml'}", f"--env-vars={variables}", *functions]
        command += [f"--target=MonolithTargetGroup={self.django_url}"]
        child = self._launch("local-alb", command, clean_environment())
        child.wait_for_line("local-alb: listening on ")

    def function_variables(self) -> dict[str, str]:
        """The environment of every function."""
        return {
            "LOCKFILL_CATALOG_TABLE": CATALOG_TABLE,
            "LOCKFILL_EVENTS_TABLE": EVENTS_TABLE,
            "LOCKFILL_DELIVERY_TABLE": DELIVERY_TABLE,
            "LOCKFILL_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}",
            "LOCKFILL_REDIS_DEADLINE_MS": str(self.redis_deadline_ms),
            "LOCKFILL_LINK_BASE_URL": self.url,
            "LOCKFILL_SIGNING_KEYS": f"dev1:{local_secrets.read('signing-key')}",
            # With the names of before, under which an older version of this machine counted.
            "LOCKFILL_USER_KEY_SECRETS": f"{local_secrets.read('user-key-secret')},none",
            "LOCKFILL_DEBUG_TOKEN": local_secrets.read("debug-token"),
            **self._aws_variables(),
        }

    def _aws_variables(self) -> dict[str, str]:
        """What an SDK needs for the local DynamoDB; AWS itself would refuse these keys."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": self.dynamodb_url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    def _create_tables(self) -> None:
        """Of catalogs, events and what was delivered. The functions are told the names of all of them."""
        for command in ("create-table", "create-events-table", "create-delivery-table"):
            self._catalog_cli(command)

    def _catalog_cli(self, *arguments: str | Path) -> str:
        tables = {
            "LOCKFILL_CATALOG_TABLE": CATALOG_TABLE,
            "LOCKFILL_EVENTS_TABLE": EVENTS_TABLE,
            "LOCKFILL_DELIVERY_TABLE": DELIVERY_TABLE,
        }
        env = {**clean_environment(), **self._aws_variables(), **tables}
        log = self.logs / f"catalog-cli-{arguments[0]}.log"
        return run("catalog-cli", [self.programs / "catalog-cli", *arguments], log, env)

    def _launch(self, name: str, command: list[str | Path], env: dict[str, str]) -> Child:
        child = start(name, command, self.logs / f"{name}.log", env)
        self.children[name] = child
        self._commands[name] = (command, env)
        return child


def _redis_answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16) == b"+PONG\r\n"
    except OSError:
        return False
