"""What `sam build` puts into a folder, made of programs that are built already."""

import re
import shutil
import subprocess
from pathlib import Path

import gaps

from lockfill import ROOT

PROGRAMS = ("ads", "contents", "lockscreen", "events", "catalog", "pacing")
_FUNCTION = re.compile(r"^  (\w+Function):$")


def make(programs: Path, folder: Path) -> Path:
    """The template with a folder of code for each function, and the nested templates beside it."""
    folder.mkdir()
    for name in PROGRAMS:
        code = folder / function_of(name)
        code.mkdir()
        # Without symbols a development build is a third as large, and is packed and unpacked as fast.
        subprocess.run(["strip", "-s", "-o", code / "bootstrap", programs / name], check=True)
        (code / "bootstrap").chmod(0o755)
    (folder / "template.yaml").write_text(_with_code((ROOT / "template.yaml").read_text()))
    if (nested := ROOT / "infra" / "aws").is_dir():
        shutil.copytree(nested, folder / "infra" / "aws")
        for file in (folder / "infra" / "aws").glob("*.yaml"):
            file.write_text(_for_engine(file.read_text()))
    return folder


def release(base: Path, folder: Path) -> Path:
    """Another release that behaves alike: bytes after the end of a program change its digest alone."""
    shutil.copytree(base, folder)
    for name in ("ads", "catalog"):
        with (folder / function_of(name) / "bootstrap").open("ab") as program:
            program.write(folder.name.encode())
    return folder


def function_of(program: str) -> str:
    return f"{program.capitalize()}Function"


def _for_engine(template: str) -> str:
    """Without what the engine refuses: see `gaps.REFUSED`."""
    for key, instead in gaps.REFUSED.items():
        lines: list[str] = []
        inside = 0
        for line in template.splitlines():
            indent = len(line) - len(line.lstrip())
            inside = 0 if line.strip() and indent <= inside else inside
            if line.strip().startswith(f"{key}:"):
                inside = indent
                lines += [" " * indent + each for each in instead]
            if not inside:
                lines.append(line)
        template = "\n".join(lines) + "\n"
    return template


def _with_code(template: str) -> str:
    """Names each function's folder, as `sam build` does."""
    lines, function = [], ""
    for line in _for_engine(template).splitlines():
        if found := _FUNCTION.match(line):
            function = found[1]
        elif re.match(r"^  \S", line):
            function = ""
        if function and line.startswith("      CodeUri:"):
            continue
        lines.append(line)
        if line == "    Properties:" and function.removesuffix("Function").lower() in PROGRAMS:
            lines.append(f"      CodeUri: {function}")
    return "\n".join(lines) + "\n"
