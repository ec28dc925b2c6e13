"""The steps that use the whole stack, from outside: over HTTP, in a browser, as the OpenAPI documents say."""

import os

from .. import install, prepared_database
from ..build import BENCH_FUNCTIONS, LOAD_GENERATOR, PROGRAMS, build
from .commands import pytest
from .outcome import Outcome


def scripts() -> Outcome:
    """The scripts' own tests, what a deployment refuses, and the files that a new dimension touches."""
    python = install.environment("test")
    outcome = pytest(python, "tests/scripts", "scripts")
    refusals, *others = (
        f"tests/deployment/test_{name}.py" for name in ("refusals", "compilers", "revision", "runbook")
    )
    outcome.add(pytest(install.environment("deploy-test"), refusals, "deployment", *others))
    outcome.add(pytest(python, "tests/recipe", "recipe"))
    return outcome


def end_to_end() -> Outcome:
    # Short runs of benchmarks are among the tests.
    build(programs=(*PROGRAMS, LOAD_GENERATOR, *BENCH_FUNCTIONS))
    python, folder = install.environment("test"), "tests/end-to-end"
    with prepared_database.prepared() as variables:
        # Most of a test is waiting for programs: two files run at once where their deadlines allow it.
        beside = ("--numprocesses=2", "--dist=loadfile", "-m", "not long and not alone")
        outcome = pytest(python, folder, "end-to-end", *beside, variables=variables)
        alone = ("-m", "alone and not long")
        outcome.add(pytest(python, folder, "end-to-end-alone", *alone, variables=variables))
    return outcome


def cloudformation_engine() -> Outcome:
    """Deployments and rollbacks in a CloudFormation engine that is not this project's."""
    programs = build()
    return pytest(
        install.environment("deploy-test"),
        "tests/deployment",
        "cloudformation-engine",
        variables={"LOCKFILL_TEST_PROGRAMS": str(programs)},
    )


def api() -> Outcome:
    build()
    with prepared_database.prepared() as variables:
        return pytest(install.environment("test"), "tests/api", "api", variables=variables)


def browser() -> Outcome:
    build()
    # The folder for pictures of the pages, if the user names one.
    screenshots = {name: value for name, value in os.environ.items() if name == "LOCKFILL_SCREENSHOTS"}
    return pytest(install.environment("browser"), "tests/browser", "browser", variables=screenshots)
