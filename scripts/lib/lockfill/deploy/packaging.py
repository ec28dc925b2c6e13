"""Building the functions and uploading them, with AWS's SAM command line."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from .. import LOCAL, LOGS, ROOT, build_functions, private
from ..console import Failure
from ..processes import Command, run
from .aws import Account
from .settings import Settings

BUILT = ROOT / ".aws-sam" / "build"


def build(settings: Settings, config: Path, architecture: str) -> Path:
    """The folder with all functions, which one cargo builds and `sam build` copies, and the template.

    `architecture` is the parameter `FunctionArchitecture`; empty for the template's default, arm64.
    """
    build_functions.build_all(arm64=architecture != "x86_64")
    command: Command = [_sam(), "build", "--config-file", config.absolute(), "--config-env", settings.name]
    options: Command = ["--template-file", ROOT / "template.yaml", "--build-dir", BUILT]
    if architecture:
        options = [*options, "--parameter-overrides", f"FunctionArchitecture={architecture}"]
    run("sam build", [*command, *options], LOGS / "sam-build.log", _environment(), cwd=ROOT)
    return BUILT


def template(folder: Path) -> str:
    """The template in an output of `sam build`."""
    try:
        return (folder / "template.yaml").read_text()
    except OSError:
        raise Failure(f"{folder} has no template.yaml: it is not an output of `sam build`") from None
    except UnicodeDecodeError:
        raise Failure(
            f"{folder / 'template.yaml'} is not UTF-8: it is not an output of `sam build`"
        ) from None


def package(settings: Settings, account: Account, folder: Path) -> str:
    """Uploads code and nested templates to SAM's bucket; the template that names them there.

    Names in the bucket are digests, so what is there already is not uploaded again.
    """
    template = (folder / "template.yaml").absolute()
    # A folder of its own: deployments may run side by side, and it has no samconfig.toml, whose settings
    # are those of other commands.
    with TemporaryDirectory(prefix="package-", dir=private.made(LOCAL)) as own:
        output = Path(own) / "packaged.yaml"
        command: Command = [_sam(), "package", "--resolve-s3", "--template-file", template]
        command = [*command, "--output-template-file", output, "--region", account.region]
        if settings.profile:
            command = [*command, "--profile", settings.profile]
        run("sam package", command, LOGS / f"sam-package-{settings.name}.log", _environment(), cwd=Path(own))
        return output.read_text()


def _sam() -> Path:
    return Path(sys.executable).with_name("sam")


def _environment() -> dict[str, str]:
    # With the AWS_ variables, unlike programs of this project, because SAM asks AWS. `sam build` finds
    # cargo-lambda on the PATH, or where the commands of this repository install it.
    path = [os.environ.get("PATH", ""), str(LOCAL / "venv-cargo-lambda" / "bin")]
    return {**os.environ, "SAM_CLI_TELEMETRY": "0", "PATH": os.pathsep.join(path)}
