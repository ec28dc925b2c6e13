"""The result as one page without any other file."""

from html import escape

from .groups import Group
from .results import Results

_STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e8eaed); --paper: light-dark(#fafafa, #15181b);
  --card: light-dark(#fff, #1e2226); --line: light-dark(#dfe3e8, #343a40);
  --quiet: light-dark(#5f6b76, #9aa5b1);
  --left: light-dark(#b3261e, #ff8a80); --right: light-dark(#00639b, #80c7ff);
  --good: light-dark(#146c2e, #7bd88f); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2.5rem 1.25rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: .25rem 0; } .quiet { color: var(--quiet); } .good { color: var(--good); font-weight: 600; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.figures li { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: .7rem 1.1rem; }
.figures b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 1rem 0;
  padding: 1.1rem 1.25rem; }
.bar { background: var(--line); border-radius: 1rem; height: .35rem; margin: .6rem 0; }
.bar i { background: var(--left); border-radius: 1rem; display: block; height: 100%; min-width: .35rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
.left { color: var(--left); } .right { color: var(--right); }
code, pre { font: .86rem/1.5 ui-monospace, monospace; }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0;
  padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--quiet); }
"""


def html(results: Results) -> str:
    """The page."""
    figures = [("requests", f"{results.requests:,}"), ("differ", f"{results.differing:,}")]
    figures += [("ways to differ", f"{len(results.groups):,}")]
    figures += [("catalogs", f"{results.catalogs:,}")] if results.catalogs else []
    figures += [("seconds", f"{results.seconds:,.0f}")]
    items = "".join(f"<li><b>{value}</b>{escape(name)}</li>" for name, value in figures)
    groups = "".join(_group(results, group) for group in results.groups)
    skipped = "".join(
        f"<p class=quiet>{count:,} lines of the file were not sent: {escape(reason)}</p>"
        for reason, count in results.skipped.items()
    )
    seen = f"<p class=quiet>{escape(results.pair.coverage.text())}</p>"
    good = "" if results.groups else "<p class=good>Every answer was the same on both sides.</p>"
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Parity of allocations</title><style>{_STYLE}</style><h1>Parity of allocations</h1>"
        f"<p class=quiet><span class=left>left</span> {escape(results.pair.left)} · "
        f"<span class=right>right</span> {escape(results.pair.right)}</p>"
        f"<ul class=figures>{items}</ul>{seen}{skipped}{good}{groups}</html>\n"
    )


def _group(results: Results, group: Group) -> str:
    share = 100 * group.count / max(results.differing, 1)
    rows = [("catalogs", ", ".join(map(str, sorted(group.catalogs))), "")] if group.example_catalog else []
    if difference := group.difference:
        rows += [("field", difference.path or "the connection", "")]
        rows += [("item", difference.item, "")] if difference.item else []
        rows += [("left", difference.left, "left"), ("right", difference.right, "right")]
    cells = "".join(
        f"<dt>{name}<dd class='{look}'><code>{escape(value)}</code>" for name, value, look in rows
    )
    curls = "".join(f"<pre>{escape(curl)}</pre>" for curl in results.curls(group))
    return (
        f"<article><h2>{escape(group.cause)}</h2><p class=quiet>{group.count:,} requests</p>"
        f"<div class=bar><i style='width:{share:.1f}%'></i></div><dl>{cells}</dl>"
        f"<p class=quiet>Once more:</p><pre>{escape(results.reproduction(group))}</pre>"
        f"<details><summary>The smallest request that differs, to each side</summary>"
        f"{curls}</details></article>"
    )
