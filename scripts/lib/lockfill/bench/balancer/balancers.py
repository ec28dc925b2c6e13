"""The balancers that are compared, the target behind them, and the load generator in front."""

import os
from pathlib import Path

from ...build import LOAD_GENERATOR, build
from ...nginx import listens, run_nginx
from ...ports import free_port
from ...processes import Child, clean_environment, run, start
from ..generator import Report, read_report
from .configuration import PATH, exported, hand_written, target, template
from .side import Side

# What is deployed, and what people install: the numbers are about that.
PROFILE = "release"
CLIENTS = 32
# Not a file: a line for each of ten million requests would fill the disk.
_ACCESS_LOG = "/dev/null"


class Balancers:
    """Start them, ask them by `generate`, stop them."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.folder, self.seconds = folder, seconds
        self.programs = build(PROFILE, ("local-alb", LOAD_GENERATOR))
        processors = sorted(os.sched_getaffinity(0))
        self.balancers_on, self.target_on = processors[-1], processors[0]
        self.load_on = processors[1] if len(processors) > 2 else processors[0]
        self.target_port = 0
        self.sides: dict[str, Side] = {}
        self._children: list[Child] = []

    def start(self) -> None:
        self.target_port = free_port()
        self._start_nginx("target", target(self.target_port), self.target_port, self.target_on, "off")
        file = self.folder / "template.yaml"
        file.write_text(template())
        options = [f"--template={file}", f"--target=Group=http://127.0.0.1:{self.target_port}"]
        self.sides["local_alb"] = self._start_local_alb(options, free_port())
        port = free_port()
        by_hand = hand_written(self.target_port, port)
        self.sides["nginx"] = self._start_nginx("nginx", by_hand, port, self.balancers_on)
        port = free_port()
        written = exported(self._export(options, port))
        self.sides["exported_nginx"] = self._start_nginx("exported-nginx", written, port, self.balancers_on)

    def stop(self) -> None:
        while self._children:
            self._children.pop().stop()

    def generate(self, port: int, seconds: int, *options: str) -> Report:
        """What the load generator reports of so many seconds at a port, with answers per second."""
        command: list[str | Path] = [*_on(self.load_on), self.programs / LOAD_GENERATOR]
        command += ["--port", str(port), "--target", PATH]
        command += ["--seconds", str(seconds), "--clients", str(CLIENTS), *options]
        report = read_report(command, self.folder / "load.log")
        return {**report, "per_second": report["answers"] / report["seconds"]}

    def _start_local_alb(self, options: list[str], port: int) -> Side:
        command: list[str | Path] = [*_on(self.balancers_on), self.programs / "local-alb", "serve"]
        command += [f"--listen=127.0.0.1:{port}", *options]
        child = self._keep(start("local-alb", command, Path(_ACCESS_LOG), clean_environment()))
        child.wait_until("listening", lambda: "" if listens(port) else None, 10)
        return Side(child, port)

    def _export(self, options: list[str], port: int) -> str:
        command: list[str | Path] = [self.programs / "local-alb", "export", "nginx"]
        command += [f"--listen=127.0.0.1:{port}", *options]
        text = run("export", command, self.folder / "export.log", clean_environment())
        # An export logs nothing, and local-alb writes a line per request.
        return text.replace("access_log off;", f"access_log {_ACCESS_LOG} alb;")

    def _start_nginx(
        self, name: str, included: str, port: int, processor: int, access_log: str = _ACCESS_LOG
    ) -> Side:
        prefix = _on(processor)
        child = run_nginx(self.folder, included, port, access_log=access_log, name=name, prefix=prefix)
        return Side(self._keep(child), port)

    def _keep(self, child: Child) -> Child:
        self._children.append(child)
        return child


def _on(processor: int) -> list[str]:
    return ["taskset", "-c", str(processor)]
