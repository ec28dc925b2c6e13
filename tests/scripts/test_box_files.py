"""What containers and `sam local` are given: secrets, payloads, templates. `--full` has them in an engine."""

import json
import re
from pathlib import Path

from lockfill import ROOT
from lockfill.box import images, secret_files
from lockfill.sam_local import artifacts
from lockfill.sam_local.sam import PAYLOADS


def test_secrets_are_made_once_and_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "box"
    secret_files.make(folder)
    before = {file: file.read_text() for file in folder.iterdir()}
    secret_files.make(folder)
    assert {file: file.read_text() for file in folder.iterdir()} == before
    assert len(before) == 3
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in before)


def test_a_lost_file_of_secrets_is_made_again_with_the_password_of_the_database(tmp_path: Path) -> None:
    for lost in ("django.env", "mariadb.env"):
        folder = tmp_path / lost
        secret_files.make(folder)
        (folder / lost).unlink()
        secret_files.make(folder)
        password = secret_files.read(folder, "mariadb.env")["LOCKFILL_DATABASE_PASSWORD"]
        assert f":{password}@" in secret_files.read(folder, "django.env")["MONOLITH_DATABASE_URL"]


def test_no_secret_is_in_what_compose_reads() -> None:
    secret = re.compile(r"(SECRET_KEY|PASSWORD|TOKEN|SIGNING_KEYS|KEY_SECRETS)\b *[:=] *\S")
    for file in (*images.COMPOSE.glob("*.yaml"), *images.COMPOSE.glob("*.Dockerfile")):
        assert not secret.search(file.read_text()), file


def test_every_payload_is_known_and_about_the_demonstration() -> None:
    units = {unit["id"] for unit in json.loads((ROOT / "infra/demo/catalog.json").read_text())["units"]}
    payloads = {file.stem: file.read_text() for file in (ROOT / "infra/invocations").glob("*.json")}
    assert payloads.keys() == PAYLOADS.keys()
    named = {name: re.findall(r'unit_id\\?": ?\[?\s*\\?"([^"\\]+)', text) for name, text in payloads.items()}
    assert {name for name, found in named.items() if found} == {
        "ads",
        "contents",
        "lockscreen",
        "preview",
        "why-not",
    }
    assert all(unit in units for found in named.values() for unit in found), named


def test_development_builds_take_the_place_of_artifacts_in_the_template(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in artifacts.FUNCTIONS.values():
        (programs / name).write_text(name)
    template = artifacts.development(programs, tmp_path / "build").read_text()
    for function, name in artifacts.FUNCTIONS.items():
        assert f"CodeUri: {tmp_path / 'build' / function}\n" in template
        assert (tmp_path / "build" / function / "bootstrap").read_text() == name


def test_the_variables_that_sam_must_pass_are_declared() -> None:
    # `sam local` sets no variable that the template does not declare.
    declared = set(re.findall(r"^ +([A-Z][A-Z0-9_]+): ", (ROOT / "template.yaml").read_text(), re.MULTILINE))
    assert {"AWS_ENDPOINT_URL_DYNAMODB", "LOCKFILL_REDIS_URL", "LOCKFILL_LINK_BASE_URL"} <= declared
