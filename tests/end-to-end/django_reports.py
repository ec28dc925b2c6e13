"""The reports of Django over a stack's roll-ups, in a database of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

from lockfill import monolith
from lockfill.processes import clean_environment
from lockfill.stack import Stack

# Asks for files of the report as an administrator does; each path of the input is a line of the output.
_ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.get(is_superuser=True))
for path in json.load(sys.stdin):
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    print(json.dumps(json.loads(answer.getvalue())))
"""
_FILE = "/admin/reports/deliveryreport/{table}.json?first={first}&last={last}&group={group}"


class DjangoReports:
    """Reads a stack's roll-ups, and answers with documents of the report."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        variables = {**clean_environment(), **stack.function_variables()}
        self._folder, self._python = folder, monolith.python()
        self._env = {
            **monolith.environment(folder, variables),
            "MONOLITH_ADMIN_TIME_ZONE": "UTC",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        for name, *options in (("migrate", "--verbosity=0"), ("ensure_admin",)):
            monolith.manage(self._python, self._env, folder, name, *options)

    def read(self, first: str, last: str, *wanted: tuple[str, str]) -> list[dict[str, Any]]:
        """Reads what is rolled up, and returns a table of the report by each group: pairs of them."""
        monolith.manage(self._python, self._env, self._folder, "sync_delivery")
        paths = [_FILE.format(table=table, first=first, last=last, group=group) for table, group in wanted]
        said = subprocess.run(
            [self._python, "-c", _ASK, monolith.FOLDER],
            input=json.dumps(paths),
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        return [json.loads(line) for line in said.stdout.splitlines()]
