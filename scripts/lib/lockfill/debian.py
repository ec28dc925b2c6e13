"""Programs of Debian's packages, unpacked into `.local/`, so that no command needs root.

A program that is installed is used as it is. Where a program is neither installed nor available, on another
system or without a network, `Unavailable` is raised, and the caller reports what it leaves out.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from . import LOCAL, LOGS
from .console import Failure, step
from .install import locked
from .processes import clean_environment, run

FOLDER = LOCAL / "debian"
# The folders of programs in a package. Chromium's own comes first: its file in `usr/bin` is a script with
# absolute paths.
PROGRAMS = ("usr/lib/chromium", "usr/sbin", "usr/bin", "sbin", "bin")
NETWORK_SECONDS_MAX = 20
FONTS = "fonts.conf"


class Unavailable(Failure):
    """A program is not installed, and its package cannot be downloaded."""


@dataclass(frozen=True)
class Packages:
    """Packages that are installed on the system, or unpacked under `root`."""

    names: tuple[str, ...]
    root: Path | None

    def program(self, name: str) -> Path:
        """The path of a program of these packages."""
        if self.root:
            for folder in PROGRAMS:
                found = self.root / folder / name
                if found.is_file() and os.access(found, os.X_OK):
                    return found
        path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"])
        if installed := shutil.which(name, path=path):
            return Path(installed)
        raise Unavailable(f"{name} is not installed: install {' '.join(self.names)}.")

    def path(self, absolute: str) -> Path:
        """The path of a file of these packages. `absolute` is its path where they are installed."""
        unpacked = self.root / absolute.lstrip("/") if self.root else None
        return unpacked if unpacked and unpacked.exists() else Path(absolute)

    def environment(self) -> dict[str, str]:
        """The environment for programs of these packages: where they find programs, libraries and fonts."""
        env = clean_environment()
        if not self.root:
            return env
        folders = [self.root / folder for folder in PROGRAMS]
        env["PATH"] = os.pathsep.join([*map(str, folders), env.get("PATH", "")])
        libraries = [*self.root.glob("usr/lib/*-linux-gnu"), *self.root.glob("lib/*-linux-gnu")]
        nested = [found for folder in libraries for found in folder.glob("*/") if any(found.glob("lib*.so*"))]
        env["LD_LIBRARY_PATH"] = os.pathsep.join(map(str, [*libraries, *nested]))
        env["FONTCONFIG_FILE"] = str(self.root / FONTS)
        return env


def install(*names: str) -> Packages:
    """Debian's packages of these names, with the packages that they depend on."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        # The programs may be installed in another way; `Packages.program` looks for them.
        return Packages(names, None)
    if all(_is_installed(name) for name in names):
        return Packages(names, None)
    root = FOLDER / "-".join(sorted(names))
    with locked():
        if not root.exists():
            with step(f"unpacking {', '.join(names)}"):
                try:
                    _unpack(names, root)
                except Failure as failure:
                    raise Unavailable(f"{failure} Install {' '.join(names)} instead.") from None
    return Packages(names, root)


def _is_installed(name: str) -> bool:
    command = ["dpkg-query", "--show", "--showformat=${Status}", name]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return output == "install ok installed"


def _unpack(names: tuple[str, ...], root: Path) -> None:
    download = FOLDER / "download"
    shutil.rmtree(download, ignore_errors=True)
    (download / "root").mkdir(parents=True)
    (FOLDER / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    try:
        _run(*_apt_get(), "update", cwd=download)
        _run(*_apt_get(), "download", *_missing(names), cwd=download)
        for package in sorted(download.glob("*.deb")):
            _run("dpkg-deb", "-x", package, download / "root", cwd=download)
        (download / "root" / FONTS).write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
            f"<dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
            f"<cachedir>{root}/var/cache/fontconfig</cachedir></fontconfig>\n"
        )
        # Renamed last, so that a folder of that name has all of its packages.
        (download / "root").replace(root)
    finally:
        shutil.rmtree(download, ignore_errors=True)


def _missing(names: tuple[str, ...]) -> list[str]:
    """The packages that the system lacks, each as NAME=VERSION."""
    command = [*_apt_get(), "install", "--print-uris", "--yes", "--no-install-recommends", *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    if result.returncode != 0:
        raise Failure(f"apt-get does not know how to install {' '.join(names)}: {result.stderr.strip()}.")
    files = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("'")]
    return ["=".join(unquote(file).split("_")[:2]) for file in files]


def _run(*command: str | Path, cwd: Path) -> None:
    run(str(command[0]), list(command), LOGS / "debian.log", clean_environment(), cwd=cwd)


def _apt_get() -> list[str]:
    """apt-get with package lists of its own, so that it needs no root and does not change the system."""
    options = {
        "Dir::State::Lists": FOLDER / "lists",
        "Dir::Cache": FOLDER / "cache",
        "Debug::NoLocking": "1",
        "APT::Sandbox::User": "",
        "Acquire::Retries": "1",
        "Acquire::http::Timeout": NETWORK_SECONDS_MAX,
        "Acquire::Languages": "none",
    }
    return ["apt-get", "-q", *(f"-o{name}={value}" for name, value in options.items())]
