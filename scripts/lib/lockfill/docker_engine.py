"""A Docker engine for the commands and tests that need one.

An engine that runs already is used. On Debian, root can have a private one: its programs are Debian's
packages, unpacked into `.local/`, its images and containers are in `.local/docker`, and it ends with the
block that started it. It writes no rules into the machine's firewall, so containers reach each other and this
machine, and nothing beyond.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from . import LOCAL, LOGS, debian, private
from .console import Failure, step
from .processes import Command, clean_environment, run, start

FOLDER = LOCAL / "docker"
PACKAGES = ("docker.io", "docker-compose", "iptables")
_START_SECONDS = 60.0
_ANSWER_SECONDS_MAX = 20
# The engine's own network, which outlives it.
_BRIDGE = Path("/sys/class/net/docker0")


@dataclass(frozen=True)
class Engine:
    """A running engine: the environment of its clients, and the programs that they are."""

    env: Mapping[str, str]
    docker: Path
    # `docker compose`, or Debian's docker-compose.
    compose: tuple[str | Path, ...]
    # Whether it ends with the block that started it, so that images in it may have any name.
    is_private: bool

    def run(self, name: str, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Runs a command of `docker` to its end; its output. The log has the given name."""
        command: Command = [self.docker, *arguments]
        return run(f"docker {arguments[0]}", command, LOGS / f"docker-{name}.log", self.env, cwd)

    def has_image(self, tag: str) -> bool:
        """Whether the engine has an image of that name."""
        command = [str(self.docker), "image", "inspect", tag]
        return subprocess.run(command, env=dict(self.env), capture_output=True, check=False).returncode == 0


@contextmanager
def engine() -> Iterator[Engine]:
    """The engine that runs, or a private one while the block runs.

    Raises `debian.Unavailable` where there is no engine and none can be started.
    """
    if found := running():
        yield found
        return
    if sys.platform != "linux" or os.geteuid() != 0:
        raise debian.Unavailable("no Docker engine answers, and only root on Linux can start a private one.")
    packages = debian.install(*PACKAGES)
    with _alone(), _private(packages) as found:
        yield found


@contextmanager
def _alone() -> Iterator[None]:
    """Holds the folder of images and containers, which two engines must not share."""
    with (private.made(FOLDER) / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("another command of this repository runs the private Docker engine.") from None
        yield


@contextmanager
def _private(packages: debian.Packages) -> Iterator[Engine]:
    # A socket's path has at most 107 bytes, so it is not below the repository.
    sockets = Path(tempfile.mkdtemp(prefix="lockfill-docker-"))
    env = {**_environment(packages, sockets), "DOCKER_HOST": f"unix://{sockets / 'socket'}"}
    child, had_bridge = None, _BRIDGE.exists()
    try:
        child = start("dockerd", _command(packages, sockets), LOGS / "dockerd.log", env)
        docker = packages.program("docker")
        with step("starting a Docker engine"):
            child.wait_until("ready", lambda: "" if _answers(docker, env) else None, _START_SECONDS)
            # Those of a command that was killed start with the engine.
            _remove_containers(docker, env)
        yield Engine(env, docker, _compose(docker, env, packages), is_private=True)
    finally:
        if child:
            _remove_containers(packages.program("docker"), env)
            child.stop()
            _remove_bridge(had_bridge)
        _unmount_below(sockets)
        shutil.rmtree(sockets, ignore_errors=True)


def running() -> Engine | None:
    """The engine that answers at DOCKER_HOST, or at Docker's own address."""
    env = clean_environment()
    docker = shutil.which("docker")
    if not docker or not _answers(Path(docker), env):
        return None
    return Engine(env, Path(docker), _compose(Path(docker), env, None), is_private=False)


def _remove_containers(docker: Path, env: Mapping[str, str]) -> None:
    """Ends what runs in the engine: a container that is still stopping would outlive it."""
    listed = subprocess.run(
        [str(docker), "ps", "--all", "--quiet"], env=dict(env), capture_output=True, text=True, check=False
    ).stdout.split()
    for command in (["rm", "--force", "--volumes", *listed], ["network", "prune", "--force"]):
        if listed or command[0] == "network":
            subprocess.run([str(docker), *command], env=dict(env), capture_output=True, check=False)


def _unmount_below(folder: Path) -> None:
    """Unmounts what an engine leaves mounted when it ends: the network namespace that it started in."""
    places = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in sorted((each for each in places if each.startswith(f"{folder}/")), reverse=True):
        subprocess.run(["umount", place], capture_output=True, check=False)


def _remove_bridge(had_bridge: bool) -> None:
    """Removes the network that the engine made, unless another engine uses it."""
    ip = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not had_bridge and ip and _BRIDGE.exists() and not any((_BRIDGE / "brif").iterdir()):
        subprocess.run([ip, "link", "delete", _BRIDGE.name], capture_output=True, check=False)


def _answers(docker: Path, env: Mapping[str, str]) -> bool:
    command = [str(docker), "info", "--format", "{{.ServerVersion}}"]
    with suppress(subprocess.TimeoutExpired):
        answer = subprocess.run(
            command, env=dict(env), capture_output=True, check=False, timeout=_ANSWER_SECONDS_MAX
        )
        return answer.returncode == 0 and bool(answer.stdout.strip())
    return False


def _compose(
    docker: Path, env: Mapping[str, str], packages: debian.Packages | None
) -> tuple[str | Path, ...]:
    command = [str(docker), "compose", "version"]
    if subprocess.run(command, env=dict(env), capture_output=True, check=False).returncode == 0:
        return (docker, "compose")
    if installed := shutil.which("docker-compose"):
        return (installed,)
    packages = packages or debian.install("docker-compose")
    program = packages.program("docker-compose")
    # Debian's is a program of Debian's Python, and finds its libraries where that looks for them.
    libraries = packages.path("/usr/lib/python3/dist-packages")
    return ("/usr/bin/env", f"PYTHONPATH={libraries}", "/usr/bin/python3", program)


def _environment(packages: debian.Packages, sockets: Path) -> dict[str, str]:
    env = packages.environment()
    if packages.root:
        # Debian's package names the program of this name when it is installed.
        names = sockets / "bin"
        names.mkdir()
        for name in ("iptables", "ip6tables"):
            (names / name).symlink_to(packages.program(f"{name}-nft"))
        env["PATH"] = os.pathsep.join([str(names), env["PATH"]])
        (plugins,) = packages.root.glob("usr/lib/*-linux-gnu/xtables")
        env["XTABLES_LIBDIR"] = str(plugins)
    # The client's own settings may name another engine.
    env["DOCKER_CONFIG"] = str(private.made(FOLDER / "config"))
    # The classic builder is in the engine itself; the other one is a plugin of newer clients.
    env |= {"DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0"}
    return {name: value for name, value in env.items() if name not in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY")}


def _command(packages: debian.Packages, sockets: Path) -> Command:
    return [
        packages.program("dockerd"),
        f"--data-root={FOLDER / 'data'}",
        f"--exec-root={sockets / 'exec'}",
        f"--pidfile={sockets / 'pid'}",
        f"--host=unix://{sockets / 'socket'}",
        "--iptables=false",
        "--ip-masq=false",
        "--group=root",
    ]
