"""The steps that compile the workspace: clippy, its tests, its documentation."""

from .. import ROOT, install
from ..processes import clean_environment
from . import cargo
from .commands import FOLDER, check, count
from .outcome import Outcome

# Where .config/nextest.toml has the file written.
JUNIT = FOLDER / "nextest" / "default" / "rust.xml"


def clippy() -> Outcome:
    command = ["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]
    check("cargo clippy", command, "clippy")
    return Outcome()


def documentation() -> Outcome:
    """rustdoc without a warning. After clippy, with which rustdoc shares what it knows of dependencies."""
    env = {**clean_environment(), "RUSTDOCFLAGS": "-D warnings"}
    check("cargo doc", ["cargo", "doc", "--locked", "--workspace", "--no-deps"], "documentation", env)
    return Outcome()


def tests() -> Outcome:
    """The workspace's tests. Examples in documentation run too and are not counted: there is none today."""
    env = cargo.environment(LOCKFILL_TEST_REDIS_SERVER=str(install.redis_server()))
    outcome = count("cargo nextest", ["cargo", "nextest", "run", "--locked", "--workspace"], JUNIT, env, ROOT)
    check("cargo test --doc", ["cargo", "test", "--locked", "--workspace", "--doc"], "rust-doc", env)
    return outcome
