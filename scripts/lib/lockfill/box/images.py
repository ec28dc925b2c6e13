"""The images: programs and packages that are built outside, on base images of Debian, Python and MariaDB."""

import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from .. import LOGS, ROOT, build, docker_images, private, uv
from ..console import Failure, step
from ..docker_engine import Engine
from ..processes import Command, clean_environment, run

COMPOSE = ROOT / "infra" / "compose"
FUNCTIONS = (*build.FUNCTIONS, "catalog", "pacing")
TOOLS = ("local-dynamodb", "catalog-cli", "ledger-cli", "local-alb")
# The Python of docker_images.PYTHON.
_PYTHON_VERSION = "3.11"


def programs(profile: str) -> Path:
    """The folder with the built programs. Tests may name one whose programs are built already."""
    return build.build(profile, (*FUNCTIONS, *TOOLS))


def make_programs(engine: Engine, programs: Path) -> None:
    """`lockfill/functions` and `lockfill/tools`, each with the programs of its kind."""
    docker_images.provide(engine, [docker_images.DEBIAN])
    with step("making the images of programs"), tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        for kind, names in (("functions", FUNCTIONS), ("tools", TOOLS)):
            (context / kind).mkdir()
            for name in names:
                _copy_stripped(programs / name, context / kind / name)
        _build(engine, "programs", context, "lockfill/programs")
        for kind in ("functions", "tools"):
            base = f"BASE_IMAGE={docker_images.DEBIAN}"
            _build(engine, "functions", COMPOSE, f"lockfill/{kind}", base, f"PROGRAMS={kind}")


def make_django(engine: Engine) -> None:
    """`lockfill/django`, with the packages of `uv.lock`."""
    docker_images.provide(engine, [docker_images.PYTHON])
    with step("making the image of Django"), tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        _install_packages(context)
        _build(engine, "packages", context, "lockfill/packages")
        base = f"BASE_IMAGE={docker_images.PYTHON}"
        _build(engine, "django", ROOT / "infra", "lockfill/django", base)


def make_stores(engine: Engine) -> None:
    """`lockfill/mariadb`, and the images of nginx and Redis as they come."""
    docker_images.provide(engine, [docker_images.NGINX, docker_images.MARIADB, docker_images.REDIS])
    with step("making the image of MariaDB"):
        base = f"BASE_IMAGE={docker_images.MARIADB}"
        _build(engine, "mariadb", COMPOSE, "lockfill/mariadb", base)


def _build(engine: Engine, name: str, context: Path, tag: str, *arguments: str) -> None:
    options = [part for argument in arguments for part in ("--build-arg", argument)]
    file = COMPOSE / f"{name}.Dockerfile"
    command = ["build", "--file", str(file), "--tag", tag, *options, str(context)]
    engine.run(f"build-{tag.replace('/', '-')}", *command)


def _copy_stripped(program: Path, copy: Path) -> None:
    """Without debug information, which is most of a development build. Released programs have none."""
    if strip := shutil.which("strip"):
        command = [strip, "--strip-debug", "-o", str(copy), str(program)]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            copy.chmod(0o755)
            return
    shutil.copyfile(program, copy)
    copy.chmod(0o755)


def _install_packages(context: Path) -> None:
    """Installs Django's packages for the image's Python, whichever Python this machine has."""
    machine = platform.machine()
    if machine not in ("x86_64", "aarch64"):
        raise Failure(f"there are no packages for {machine}: build the image in Docker, see infra/compose.")
    wanted = context / "requirements.txt"
    wanted.write_text(uv.requirements("monolith"))
    command: Command = [
        uv.executable(),
        "pip",
        "install",
        "--quiet",
        "--target",
        context / "packages",
        "--python-version",
        _PYTHON_VERSION,
        "--python-platform",
        f"{machine}-manylinux_2_28",
        "--only-binary=:all:",
        "--require-hashes",
        "--requirement",
        wanted,
    ]
    env = {**clean_environment(), **uv.mirror()}
    run("uv pip install", command, LOGS / "box-packages.log", env)
    # The container's user is another one.
    run("chmod", ["chmod", "-R", "a+rX", context / "packages"], LOGS / "box-chmod.log", env)


def configure_nginx(programs: Path, folder: Path, port: int) -> None:
    """Writes nginx's configuration: the listener rules of the template over the containers' names."""
    own = private.made(folder / "nginx")
    # The container's user is another one than this. There is no secret in these files.
    own.chmod(0o755)
    targets = [
        f"--target={name.capitalize()}Function=http://{name}-{number}:9000"
        for name in build.FUNCTIONS
        for number in (1, 2)
    ]
    command: Command = [
        programs / "local-alb",
        "export",
        "nginx",
        f"--template={ROOT / 'template.yaml'}",
        f"--listen=0.0.0.0:{port}",
        *targets,
        "--target=MonolithTargetGroup=http://django:8001",
    ]
    exported = subprocess.run(
        [str(part) for part in command], env=clean_environment(), capture_output=True, text=True, check=False
    )
    if exported.returncode != 0:
        raise Failure(f"the template cannot be exported for nginx: {exported.stderr.strip()}")
    for name, text in (
        ("listener.conf", exported.stdout),
        ("nginx.conf", (COMPOSE / "nginx.conf").read_text()),
    ):
        (own / name).write_text(text)
        (own / name).chmod(0o644)
