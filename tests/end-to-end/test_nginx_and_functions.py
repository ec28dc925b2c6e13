"""One machine with nginx in the place of the balancer, and functions as plain HTTP servers behind it."""

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from device import LOCKSCREEN, Device
from lockfill import ROOT, build, debian, nginx, web
from lockfill.ports import free_port
from lockfill.processes import clean_environment, run
from lockfill.stack import Stack
from plain_functions import serve


def export(stack: Stack, folder: Path, port: int, urls: dict[str, str]) -> str:
    """The listener rules of the template as nginx's configuration."""
    command: list[str | Path] = [stack.programs / "local-alb", "export", "nginx"]
    command += [f"--listen=127.0.0.1:{port}", f"--target=MonolithTargetGroup={stack.django_url}"]
    command += [f"--target={name.capitalize()}Function={url}" for name, url in urls.items()]
    command.append(f"--template={ROOT / 'template.yaml'}")
    return run("export", command, folder / "export.log", clean_environment())


def test_one_machine_with_nginx_in_the_place_of_the_balancer(device: Device, tmp_path: Path) -> None:
    try:
        debian.install("nginx").program("nginx")
    except debian.Unavailable as missing:
        pytest.skip(f"SKIPPED, so that nginx and functions are not seen together: {missing}")
    with ExitStack() as running:
        urls = {
            name: running.enter_context(serve(device.stack, name, tmp_path)).url for name in build.FUNCTIONS
        }
        port = free_port()
        exported = export(device.stack, tmp_path, port, urls)
        running.callback(nginx.run_nginx(tmp_path, exported, port).stop)
        url = f"http://127.0.0.1:{port}"
        answer = web.get(f"{url}{LOCKSCREEN}?unit_id=1001&user_id={device.user}&country=KR")
        assert (answer.status, answer.served_by) == (200, "http")
        link = urlsplit(answer.json["slots"][0]["tracking"]["impression_url"]).path
        assert web.get(url + link).headers["content-type"] == "image/gif"
        assert web.get(f"{url}/healthz").status == device.get("/healthz").status
        assert web.get(f"{url}/admin/login/").status == 200
