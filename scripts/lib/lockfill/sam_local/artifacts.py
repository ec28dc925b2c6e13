"""What `sam local` runs: the output of `sam build`, or development builds in its place."""

import platform
import re
import shutil
from pathlib import Path

from .. import ROOT, build, private
from ..console import Failure

# By logical id, the package of a function.
FUNCTIONS = {f"{name.capitalize()}Function": name for name in (*build.FUNCTIONS, "catalog", "pacing")}
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
# A local DynamoDB takes any, and AWS would refuse these.
NO_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def architecture() -> str:
    """This machine's, as the template's parameter FunctionArchitecture names it."""
    machine = platform.machine().lower()
    if machine not in _MACHINES:
        raise Failure(f"Lambda has no functions for {machine}")
    return _MACHINES[machine]


def development(programs: Path, folder: Path) -> Path:
    """Puts built programs where `sam build` would; the path of the template that names them.

    The template is the repository's, with other folders of code.
    """
    private.made(folder)
    template = (ROOT / "template.yaml").read_text()
    for function, program in FUNCTIONS.items():
        code = folder / function
        code.mkdir(exist_ok=True)
        shutil.copyfile(programs / program, code / "bootstrap")
        (code / "bootstrap").chmod(0o755)
        template, count = re.subn(rf"^( +CodeUri: )functions/{program}$", rf"\1{code}", template, flags=re.M)
        if count != 1:
            raise Failure(f"template.yaml has no function with CodeUri: functions/{program}")
    # Nested templates lie beside the repository's.
    template = re.sub(r"^( +(?:Location|TemplateURL): )(infra/)", rf"\1{ROOT}/\2", template, flags=re.M)
    (folder / "template.yaml").write_text(template)
    return folder / "template.yaml"
