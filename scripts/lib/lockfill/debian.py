"""Programs of Debian's packages, without being root: unpacked into the repository's own folder.

A program that is installed is used as it is. Where neither is possible - another system, or no network - this
says so, and whoever asked does without it, loudly.
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
# Where packages put what they run. What `usr/bin` has of Chromium is a script that looks for absolute paths.
PROGRAMS = ("usr/lib/chromium", "usr/sbin", "usr/bin", "sbin", "bin")
NETWORK_SECONDS_MAX = 20
FONTS = "fonts.conf"


class Unavailable(Failure):
    """Neither installed nor to be had here."""


@dataclass(frozen=True)
class Packages:
    """Packages that are installed, or unpacked under `root`."""

    names: tuple[str, ...]
    root: Path | None

    def program(self, name: str) -> Path:
        """The path of one of their programs, without its arguments."""
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
        """Where a file of theirs lies, given where it would lie if it was installed."""
        unpacked = self.root / absolute.lstrip("/") if self.root else None
        return unpacked if unpacked and unpacked.exists() else Path(absolute)

    def environment(self) -> dict[str, str]:
        """What their programs have to be started with."""
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
    """Debian's packages of these names, with whatever they need."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        # `program` may still find what is needed.
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
                    raise Unavailable(f"{failure} Install {' '.join(names)} to do without it.") from None
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
        # Last, in one step: half-unpacked packages are never taken for whole ones.
        (download / "root").replace(root)
    finally:
        shutil.rmtree(download, ignore_errors=True)


def _missing(names: tuple[str, ...]) -> list[str]:
    """What would have to be installed, each as NAME=VERSION."""
    command = [*_apt_get(), "install", "--print-uris", "--yes", "--no-install-recommends", *names]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=clean_environment())
    if result.returncode != 0:
        raise Failure(f"apt-get does not know how to install {' '.join(names)}: {result.stderr.strip()}.")
    files = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("'")]
    return ["=".join(unquote(file).split("_")[:2]) for file in files]


def _run(*command: str | Path, cwd: Path) -> None:
    run(str(command[0]), list(command), LOGS / "debian.log", clean_environment(), cwd=cwd)


def _apt_get() -> list[str]:
    """apt-get with lists of its own, so that it neither needs to be root nor changes the system."""
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
