"""Base images. Where no registry can be reached, Debian's packages stand for them in a private engine."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import LOGS, debian
from .console import Failure, step
from .docker_engine import Engine
from .processes import run

DEBIAN = "debian:bookworm-slim"
PYTHON = "python:3.11-slim-bookworm"
NGINX = "nginx:1.28-bookworm"
MARIADB = "mariadb:10.11"
REDIS = "redis:7.2-bookworm"
# By image, the Debian packages with the programs for which it is used here.
_PACKAGES = {
    DEBIAN: (),
    PYTHON: ("python3",),
    NGINX: ("nginx-light",),
    MARIADB: ("mariadb-server",),
    REDIS: ("redis-server",),
}
_PULL_SECONDS_MAX = 300
_SUITE = "bookworm"
# With the certificates that a client of AWS needs, and the names of users and networks.
_INCLUDED = "ca-certificates,netbase"


def provide(engine: Engine, tags: Sequence[str]) -> None:
    """Sees to it that the engine has these images, each of this module's names or a name for `DEBIAN`.

    Images are pulled. A private engine that reaches no registry gets images of Debian's packages under the
    same names: the same programs, of other builders. Raises `debian.Unavailable` where neither is possible.
    """
    missing = [tag for tag in tags if not engine.has_image(tag)]
    if not missing:
        return
    with step(f"pulling {len(missing)} base images"):
        missing = [tag for tag in missing if not _pulled(engine, tag)]
    if not missing:
        return
    if not engine.is_private:
        raise debian.Unavailable(f"no registry has {missing[0]} for this engine: docker pull {missing[0]}.")
    _make_debian(engine)
    packages = sorted({name for tag in missing for name in _PACKAGES.get(tag, ())})
    source = _with_packages(engine, packages) if packages else DEBIAN
    for tag in missing:
        engine.run("tag", "tag", source if _PACKAGES.get(tag) else DEBIAN, tag)


def _pulled(engine: Engine, tag: str) -> bool:
    command = [str(engine.docker), "pull", "--quiet", tag]
    try:
        pull = subprocess.run(
            command, env=dict(engine.env), capture_output=True, check=False, timeout=_PULL_SECONDS_MAX
        )
    except subprocess.TimeoutExpired:
        return False
    return pull.returncode == 0


def _make_debian(engine: Engine) -> None:
    """Debian's smallest system, as debootstrap makes it."""
    if engine.has_image(DEBIAN):
        return
    packages = debian.install("debootstrap")
    env = {**packages.environment(), "DEBOOTSTRAP_DIR": str(packages.path("/usr/share/debootstrap"))}
    with step("making a base image of Debian's packages"), tempfile.TemporaryDirectory() as folder:
        root, archive = Path(folder) / "root", Path(folder) / "root.tar"
        options = ("--variant=minbase", f"--include={_INCLUDED}", _SUITE)
        run(
            "debootstrap",
            [packages.program("debootstrap"), *options, root, _mirror()],
            LOGS / "debootstrap.log",
            env,
        )
        # Without what apt keeps: 84 MB of 212.
        without = [f"--exclude=./var/{kept}/*" for kept in ("cache/apt", "lib/apt/lists")]
        run("tar", ["tar", "-C", root, *without, "-cf", archive, "."], LOGS / "debootstrap-tar.log", env)
        engine.run("import", "import", archive, DEBIAN)


def _mirror() -> str:
    """The archive from which this machine has its packages."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listed.splitlines():
        suite, _, address = line.partition(" ")
        if suite == _SUITE and "debian" in address:
            return address
    raise debian.Unavailable(f"this machine's apt has no archive of Debian {_SUITE}.")


def _with_packages(engine: Engine, packages: Sequence[str]) -> str:
    """One image with all of these packages. Its builder has the machine's network."""
    tag = f"lockfill/debian-packages:{'-'.join(packages)}"
    lines = (
        f"FROM {DEBIAN}",
        # A package that starts a server when it is installed is told not to.
        r"RUN printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d",
        "RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "
        f"{' '.join(packages)} && rm -rf /var/lib/apt/lists/* /var/lib/mysql/*",
    )
    with (
        step(f"installing {', '.join(packages)}"),
        tempfile.TemporaryDirectory() as folder,
    ):
        (Path(folder) / "Dockerfile").write_text("".join(f"{line}\n" for line in lines))
        try:
            engine.run("debian-packages", "build", "--network=host", "--tag", tag, folder)
        except Failure as failure:
            raise debian.Unavailable(f"Debian's archive cannot be reached from an image: {failure}") from None
    return tag
