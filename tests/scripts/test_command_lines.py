"""A mistake on a command line is one line on standard error, exit code 2, and nothing was started."""

import re
import subprocess
from pathlib import Path

import pytest

from lockfill import ROOT
from lockfill.command_line import CommandLine, new_file, number, port, server_url, whole_number

SCRIPTS = sorted(file.name for file in (ROOT / "scripts").iterdir() if file.is_file())


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_unknown_option_is_one_line(script: str) -> None:
    found = subprocess.run(
        [ROOT / "scripts" / script, "--unknown"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (found.returncode, found.stdout) == (2, "")
    assert re.fullmatch(rf"\./scripts/{script}: .*\n", found.stderr), found.stderr
    assert f"(./scripts/{script} --help explains the options)" in found.stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_names_the_command_and_keeps_its_lines(script: str) -> None:
    found = subprocess.run(
        [ROOT / "scripts" / script, "--help"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(f"usage: ./scripts/{script} ")
    assert max(map(len, found.stdout.splitlines())) <= 120


def refusal(capsys: pytest.CaptureFixture[str], kind: object, text: str) -> str:
    parser = CommandLine("./it", description="Does it.")
    parser.add_argument("--value", type=kind)  # type: ignore[arg-type]
    with pytest.raises(SystemExit, match="2"):
        parser.parse_args([f"--value={text}"])
    return capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "0", "-1", "65536", "1.5", "1e3", "x", "\u0661", "\u00b2"])
def test_a_port_is_a_whole_number_in_ascii(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert refusal(capsys, port, text).startswith(
        f"./it: argument --value: must be a whole number from 1 to 65,535, not {text!r} ("
    )


@pytest.mark.parametrize("text", ["", "nan", "inf", "-0.1", "1000.5", "x"])
def test_a_number_is_finite_and_within_its_bounds(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert f"must be a number from 0 to 1,000, not {text!r} (" in refusal(capsys, number(0, 1_000), text)
    assert [number(0, 1_000)(good) for good in ("0", "0.5", "1e3")] == [0.0, 0.5, 1_000.0]


@pytest.mark.parametrize(
    "text",
    ["", "host", "ftp://host", "http://", "http://a b", "http://host:99999", "https://u@h", "http://h?q"],
)
def test_a_server_is_an_address_that_can_be_asked(capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert f"must be http[s]://HOST[:PORT], not {text!r} (" in refusal(capsys, server_url, text)
    assert server_url("https://ads.example:8443/") == "https://ads.example:8443"


def test_a_file_of_figures_is_checked_before_what_takes_minutes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for text in ("", str(tmp_path), str(tmp_path / "none" / "x.json")):
        assert "must be a file in a folder that can be written" in refusal(capsys, new_file, text)
    assert new_file(str(tmp_path / "x.json")) == tmp_path / "x.json"


def test_a_whole_number_may_have_no_largest(capsys: pytest.CaptureFixture[str]) -> None:
    assert whole_number(1)("123456789012345678901234567890") == 123456789012345678901234567890
    assert "must be a whole number from 1, not '0'" in refusal(capsys, whole_number(1), "0")


def test_no_command_line_has_a_parser_of_its_own() -> None:
    found: list[Path] = []
    for file in (ROOT / "scripts" / "lib").rglob("*.py"):
        if "argparse.ArgumentParser(" in file.read_text() and file.name != "command_line.py":
            found.append(file)
    # A program that other programs start.
    assert [file.name for file in found] == ["attackers.py"]
