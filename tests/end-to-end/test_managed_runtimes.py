"""The local balancer's example with functions on managed runtimes.

Python's is AWS's own runtime interface client, Node's is the example's.
"""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lockfill import ROOT, web
from lockfill.processes import clean_environment, start
from waiting import eventually

PACKAGE = ROOT / "infra" / "local-alb"
EXAMPLE = PACKAGE / "examples" / "handlers"
NODE_VERSION_MIN = 18


def _node() -> str | None:
    """The path of a Node that has `fetch`."""
    node = shutil.which("node")
    if node is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return node if int(version.removeprefix("v").split(".")[0]) >= NODE_VERSION_MIN else None


NODE = _node()
needs_client = pytest.mark.skipif(
    importlib.util.find_spec("awslambdaric") is None,
    reason="awslambdaric is not installed: its wheels are for Linux",
)
NODE_CLIENT = shutil.which("aws-lambda-ric")
needs_node_client = pytest.mark.skipif(
    NODE is None or NODE_CLIENT is None,
    reason="there is no aws-lambda-ric on the path: its installation compiles C++ for minutes",
)
needs_node = pytest.mark.skipif(
    NODE is None, reason=f"there is no Node of version {NODE_VERSION_MIN} or newer on the path"
)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example, whose programs start the test's own Python and Node."""
    folder = tmp_path / "handlers"
    shutil.copytree(EXAMPLE, folder)
    for program, name, path in [
        (folder / "python" / "bootstrap", "exec python3 ", f"exec '{sys.executable}' "),
        (folder / "node" / "bootstrap", "#!/usr/bin/env node", f"#!{NODE}"),
    ]:
        text = program.read_text()
        assert name in text
        program.write_text(text.replace(name, path))
    return folder


@pytest.fixture
def serve(programs: Path, tmp_path: Path, example: Path) -> Iterator[Callable[[], str]]:
    """Serves the copy of the example, and says where."""
    command: list[str | Path] = [programs / "local-alb", "serve", "--listen=127.0.0.1:0"]
    command += [f"--template={example / 'template.yaml'}"]
    command += [f"--function=PythonFunction=exec:{example / 'python' / 'bootstrap'}"]
    command += [f"--function=NodeFunction=exec:{example / 'node' / 'bootstrap'}"]
    balancers = []

    def begin() -> str:
        balancer = start("local-alb", command, tmp_path / "local-alb.log", clean_environment())
        balancers.append(balancer)
        return balancer.wait_for_line("local-alb: listening on ")

    yield begin
    for balancer in balancers:
        balancer.stop()


def _handles(url: str, prefix: str, function: str, memory_mb: int) -> None:
    """The handler is asked twice, and goes on after an error."""
    expected = {
        "path": f"{prefix}/books",
        "query": {"page": "2"},
        "function": function,
        "memory_mb": memory_mb,
    }
    for _ in range(2):
        answer = web.get(f"{url}{prefix}/books?page=2")
        assert (answer.status, answer.json) == (200, expected)
    assert web.get(f"{url}{prefix}/fails").status == 502
    assert web.get(f"{url}{prefix}/books").status == 200, "the environment goes on after an error"


@needs_client
def test_a_python_handler_runs_with_awss_client(serve: Callable[[], str]) -> None:
    _handles(serve(), "", "PythonFunction", 256)


@needs_node
@pytest.mark.parametrize("kind", ["CommonJS", "ES module"])
def test_a_node_handler_runs_with_the_runtime_of_the_example(
    serve: Callable[[], str], example: Path, kind: str
) -> None:
    if kind == "ES module":
        handler = example / "node" / "index.js"
        text = handler.read_text()
        assert "exports.handler =" in text
        handler.with_suffix(".mjs").write_text(text.replace("exports.handler =", "export const handler ="))
        handler.unlink()
    _handles(serve(), "/node", "NodeFunction", 512)


@needs_node_client
def test_a_node_handler_runs_with_awss_client(serve: Callable[[], str], example: Path) -> None:
    program = (example / "python" / "bootstrap").read_text().splitlines()[0]
    program += f"""\ncd "$LAMBDA_TASK_ROOT" && exec '{NODE}' '{NODE_CLIENT}' "$_HANDLER"\n"""
    (example / "node" / "bootstrap").write_text(program)
    _handles(serve(), "/node", "NodeFunction", 512)


@needs_node
def test_a_handler_that_is_not_there_is_a_502_with_its_name(
    serve: Callable[[], str], example: Path, tmp_path: Path
) -> None:
    (example / "node" / "index.js").unlink()
    assert web.get(f"{serve()}/node").status == 502
    log, message = tmp_path / "local-alb.log", "there is no handler index.handler"
    eventually("a line with the handler's name", lambda: message in log.read_text())


def test_the_readme_shows_the_program_of_the_example() -> None:
    readme = [line.strip() for line in (PACKAGE / "README.md").read_text().splitlines()]
    program = (EXAMPLE / "python" / "bootstrap").read_text().splitlines()
    place = readme.index(program[0])
    assert readme[place : place + len(program)] == program
