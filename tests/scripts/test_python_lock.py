"""uv.lock is what every machine can install from, and nothing else."""

import re

from lockfill import ROOT, uv

LOCK = (ROOT / "uv.lock").read_text()


def test_the_lock_names_the_public_index_alone():
    hosts = set(re.findall(r"https?://([^/\"]+)/", LOCK))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_every_file_in_the_lock_has_a_hash():
    files = re.findall(r'\{ url = "[^"]+", (hash = "sha256:[0-9a-f]{64}")?', LOCK)
    assert len(files) > 1000
    assert all(files)


def test_uv_itself_is_installed_with_the_hashes_of_the_lock():
    requirement = uv.own_requirement(LOCK)
    assert re.fullmatch(r"uv==[0-9.]+( --hash=sha256:[0-9a-f]{64}){10,}\n", requirement)
    assert requirement.count("--hash=") == requirement.count(" ")


def test_the_time_zones_of_django_are_pinned_to_one_release():
    assert re.search(r"^tzdata==[0-9]{4}\.[0-9]+ ", uv.requirements("monolith"), re.MULTILINE)
