"""A month of deliveries in Django's SQLite database, made by the database itself.

The rows are those that reading roll-ups would have made: facts by the hour, and their sums, which are
held against the facts in the end.
"""

# ruff: noqa: S608 (statements are put together of names in this file)

import sqlite3
import time
from pathlib import Path

from ...console import Failure

HOURS_A_DAY = 8
UNITS = ("1001", "1002", "1003")
# The number of the day 1970-01-01, as Python counts days.
_FIRST_ORDINAL = 719_163
_ITEM = "item, item_kind, campaign, advertiser, currency"
_SUMS = "impressions, clicks, invalid, invalid_clicks, cpm_price_micros, cpc_price_micros"

# A line item serves in eight hours of a day on one unit. A fact is 40 impressions; each fourth has a click,
# too, and each twentieth two impressions and a click of a crawler.
_FACTS = """
INSERT INTO delivery_fact
    (arrival_hour, hour, item_kind, item, creative, unit, campaign, advertiser, kind, event_class,
     pricing, currency, count, price_micros)
WITH RECURSIVE
    items(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM items WHERE n + 1 < :items),
    hours(h) AS (SELECT 0 UNION ALL SELECT h + 1 FROM hours WHERE h + 1 < :days * 24),
    kinds(kind, class, each, count) AS (VALUES
        ('impression', 'valid', 1, 40), ('click', 'valid', 4, 1),
        ('impression', 'bot', 20, 2), ('click', 'bot', 20, 1))
SELECT :first + h, :first + h, 'line_item', 'li-b' || n, 'cr-b' || n, '100' || (1 + n % 3),
    'c-b' || (n / 100), 'a-b' || (n / 100 % 200), kind, class, 'cpm', 'KRW', count,
    CASE WHEN kind = 'impression' AND class = 'valid' THEN count * 8000000000 ELSE 0 END
FROM hours, items, kinds
WHERE (h + n) % 24 < 8 AND (h * 7 + n) % each = 0
"""
_OF_FACT = """
    sum(CASE WHEN event_class = 'valid' AND kind = 'impression' THEN count ELSE 0 END) AS impressions,
    sum(CASE WHEN event_class = 'valid' AND kind = 'click' THEN count ELSE 0 END) AS clicks,
    sum(CASE WHEN event_class <> 'valid' THEN count ELSE 0 END) AS invalid,
    sum(CASE WHEN event_class <> 'valid' AND kind = 'click' THEN count ELSE 0 END) AS invalid_clicks,
    sum(CASE WHEN event_class = 'valid' AND kind = 'impression' AND pricing = 'cpm'
        THEN price_micros ELSE 0 END) AS cpm_price_micros,
    sum(CASE WHEN event_class = 'valid' AND kind = 'click' AND pricing = 'cpc'
        THEN price_micros ELSE 0 END) AS cpc_price_micros
"""
_REQUESTS = """
INSERT INTO delivery_requesthour (hour, unit, kind, outcome, count)
WITH RECURSIVE hours(h) AS (SELECT 0 UNION ALL SELECT h + 1 FROM hours WHERE h + 1 < :days * 24),
    units(unit) AS (VALUES ('1001'), ('1002'), ('1003')),
    outcomes(outcome, count) AS (VALUES ('filled', 9000), ('no_fill:country', 400), ('no_fill:pacing', 300),
        ('no_fill:frequency_cap', 200), ('no_fill:budget', 100))
SELECT :first + h, unit, 'lockscreen', outcome, count FROM hours, units, outcomes
"""


def fill(database: Path, line_items: int, days: int) -> dict[str, int]:
    """Deliveries of the last days, today included, of line items `li-b0` to `li-bN`; how many rows
    there are.
    """
    first = (int(time.time()) // 86_400 - days + 1) * 24
    connection = sqlite3.connect(database)
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        values = {"items": line_items, "days": days, "first": first}
        indexes = _without_indexes(connection, "delivery_fact")
        connection.execute(_FACTS, values)
        for statement in indexes:
            connection.execute(statement)
        connection.execute(_REQUESTS, values)
        for statement in _sums():
            connection.execute(statement)
        _set_budgets(connection)
        connection.execute(
            "INSERT INTO delivery_syncstate (id, day_zone, closed_until) VALUES (1, 'UTC', ?)",
            (first + days * 24,),
        )
        connection.execute("ANALYZE")
        connection.commit()
        _hold_against_facts(connection)
        return {
            name: _count(connection, f"delivery_{name}")
            for name in ("fact", "itemday", "placedday", "unithour")
        }
    finally:
        connection.close()


def keys(database: Path) -> dict[str, int]:
    """The keys of rows that pages are about: a campaign in UTC, one in Seoul, a line item, and a unit."""
    connection = sqlite3.connect(database)
    campaign = "SELECT max(id) FROM adops_campaign WHERE public_id LIKE 'c-b%' AND timezone = "
    try:
        return {
            name: int(connection.execute(question).fetchone()[0])
            for name, question in (
                ("campaign", f"{campaign} 'UTC'"),
                ("in_seoul", f"{campaign} 'Asia/Seoul'"),
                ("line_item", "SELECT max(id) FROM adops_lineitem WHERE public_id LIKE 'li-b%'"),
                ("unit", f"SELECT id FROM adops_unit WHERE public_id = '{UNITS[0]}'"),
            )
        }
    finally:
        connection.close()


def _sums() -> list[str]:
    """The statements that make the sums from the facts, the largest first: others are sums of those."""
    placed = "item, item_kind, creative, unit, campaign, advertiser, currency"
    names = "item, item_kind, creative, unit, campaign, advertiser"
    ordinal = f"(hour / 24 + {_FIRST_ORDINAL})"
    total = ", ".join(f"sum({name}) AS {name}" for name in _SUMS.split(", "))
    statements = [
        f"CREATE TEMP TABLE by_day AS SELECT {ordinal} AS ordinal, {placed}, {_OF_FACT} FROM delivery_fact"
        f" GROUP BY ordinal, {placed}",
        f"CREATE TEMP TABLE invalid_by_day AS SELECT {ordinal} AS ordinal, {names}, kind, event_class,"
        " sum(count) AS invalid FROM delivery_fact WHERE event_class <> 'valid'"
        f" GROUP BY ordinal, {names}, kind, event_class",
        f"INSERT INTO delivery_unithour (hour, unit, item_kind, campaign, advertiser, currency, {_SUMS})"
        f" SELECT hour, unit, item_kind, campaign, advertiser, currency, {_SUMS}"
        f" FROM (SELECT *, {_OF_FACT} FROM delivery_fact"
        " GROUP BY hour, unit, item_kind, campaign, advertiser, currency)",
        f"INSERT INTO delivery_itemtotal ({_ITEM}, {_SUMS})"
        f" SELECT {_ITEM}, {total} FROM by_day GROUP BY {_ITEM}",
        "INSERT INTO delivery_unittotal (item, unit, impressions, clicks)"
        " SELECT item, unit, sum(impressions), sum(clicks) FROM by_day GROUP BY item, unit",
    ]
    for days in (1, 4, 16):
        begin = f"(ordinal - 1) / {days} * {days} + 1"
        day = f"{days}, date(({begin} - {_FIRST_ORDINAL}) * 86400, 'unixepoch') AS day"
        for table, keys in (
            ("itemday", _ITEM),
            ("placedday", placed),
            ("unitday", "unit, item_kind, campaign, advertiser, currency"),
        ):
            statements.append(
                f"INSERT INTO delivery_{table} (days, day, {keys}, {_SUMS})"
                f" SELECT {day}, {keys}, {total} FROM by_day GROUP BY day, {keys}"
            )
        statements.append(
            f"INSERT INTO delivery_invalidday (days, day, {names}, kind, event_class, invalid)"
            f" SELECT {day}, {names}, kind, event_class, sum(invalid) FROM invalid_by_day"
            f" GROUP BY day, {names}, kind, event_class"
        )
    return statements


def _set_budgets(connection: sqlite3.Connection) -> None:
    """Each campaign has a budget in won, and each second line item a goal; a tenth of the campaigns is
    in Seoul.
    """
    connection.execute(
        "UPDATE adops_campaign SET budget_micros = 900000000000, budget_currency = 'KRW',"
        " spent_micros = coalesce("
        "(SELECT sum(cpm_price_micros) / 1000 FROM delivery_itemtotal WHERE campaign = public_id), 0),"
        " timezone = CASE WHEN public_id LIKE 'c-b%1' THEN 'Asia/Seoul' ELSE 'UTC' END"
        " WHERE public_id LIKE 'c-b%'"
    )
    connection.execute(
        "UPDATE adops_lineitem SET goal_count = 20000, goal_kind = 'impressions'"
        " WHERE public_id LIKE 'li-b%' AND id % 2 = 0"
    )


def _hold_against_facts(connection: sqlite3.Connection) -> None:
    """Raises Failure where sums are not those of the facts."""
    wanted = connection.execute(f"SELECT {_OF_FACT} FROM delivery_fact").fetchone()
    total = ", ".join(f"sum({name})" for name in _SUMS.split(", "))
    spans = [
        (table, f"WHERE days = {days}")
        for table in ("itemday", "placedday", "unitday")
        for days in (1, 4, 16)
    ]
    for table, where in (("itemtotal", ""), ("unithour", ""), *spans):
        found = connection.execute(f"SELECT {total} FROM delivery_{table} {where}").fetchone()
        if found != wanted:
            raise Failure(f"the sums of {table} {where} are {found}, and those of the facts {wanted}")


def _without_indexes(connection: sqlite3.Connection, table: str) -> list[str]:
    """Drops the indexes of a table that is to be filled; the statements that make them again."""
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    return [statement for _, statement in found]


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
