"""The steps that compile the workspace: clippy, its tests, its documentation."""

from .. import install
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
    """rustdoc without a warning."""
    env = {**clean_environment(), "RUSTDOCFLAGS": "-D warnings"}
    command = ["cargo", "doc", "--locked", "--workspace", "--no-deps", "--lib", "--bins"]
    # With --examples, of which there is none, cargo takes the features of dependencies that clippy took, so
    # that what clippy has read of them is not read once more.
    check("cargo doc", [*command, "--examples"], "documentation", env)
    return Outcome()


def tests() -> Outcome:
    """The workspace's tests. Examples in documentation run too and are not counted: there is none today."""
    env = {**clean_environment(), "LOCKFILL_TEST_REDIS_SERVER": str(install.redis_server())}
    nextest = [*cargo.subcommand("nextest"), "run", "--locked", "--workspace"]
    outcome = count("cargo nextest", nextest, JUNIT, env)
    check("cargo test --doc", ["cargo", "test", "--locked", "--workspace", "--doc"], "rust-doc", env)
    return outcome
