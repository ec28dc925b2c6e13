"""Why a store or the compiler did not do what was asked, in the reader's language."""

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Reason(NamedTuple):
    """A text that is known by its form. `words` may name the form's groups."""

    code: str
    # Of the whole text, without the name of the field that some texts begin with.
    form: re.Pattern[str]
    words: Any


def reason(code: str, form: str, words: Any) -> Reason:
    return Reason(code, re.compile(form), words)


_ROW = r"(?P<kind>[a-z_]+) ['\"](?P<key>.*)['\"]: "

# The first form that fits counts.
STORE_REASONS = (
    reason(
        "store_unnamed",
        # "the" looks like the name of a field.
        r"(?:the )?table is not named: set LOCKFILL_CATALOG_TABLE",
        _("The table of published catalogs is not named: set LOCKFILL_CATALOG_TABLE."),
    ),
    reason(
        "not_published",
        r".*; version (?P<version>\d+) is not published",
        _("The store of published catalogs does not answer, and version %(version)s is not published."),
    ),
    reason(
        "unknown_outcome",
        r"whether version (?P<version>\d+) is published is not known: .*",
        _("Whether version %(version)s is published is not known, because the store does not answer."),
    ),
    reason(
        "store_silent",
        r"DynamoDB: (?:no answer in time|no connection in time|the connection failed|the request failed .*)",
        _("The store of published catalogs does not answer."),
    ),
    reason(
        "store_busy",
        r"DynamoDB: it was too busy .*",
        _("The store of published catalogs is too busy. Try again in a minute."),
    ),
    reason(
        "store_no_table",
        r"DynamoDB: there is no such table",
        _("The table of published catalogs is not there: is LOCKFILL_CATALOG_TABLE right?"),
    ),
    reason(
        "store_access",
        r"DynamoDB: the request could not be sent: .*",
        _("The store of published catalogs cannot be asked: are region and credentials set?"),
    ),
    reason(
        "store_error",
        r"DynamoDB: it answered (?P<error>.+)",
        _("The store of published catalogs answers with an error (%(error)s)."),
    ),
    reason(
        "never_published",
        r"DynamoDB: version (?P<version>\d+) was never published, or has been deleted",
        _("Version %(version)s was never published, or has been deleted."),
    ),
    reason(
        "old_layout",
        r"DynamoDB: version (?P<version>\d+) has the layout of before: publish the catalog anew",
        _("Version %(version)s has the layout of before: publish the catalog anew."),
    ),
    reason(
        "row_refused",
        r"DynamoDB: a row was refused: .*",
        _("A row is too large to be published, or has no key."),
    ),
    reason(
        "store_unreadable",
        r"DynamoDB: (?P<what>.*)",
        _("What the store of published catalogs holds cannot be read (%(what)s)."),
    ),
    reason(
        "other_publisher",
        r"another publisher has claimed version (?P<version>\d+), or has published it",
        _("Another publisher has taken version %(version)s. Publish again."),
    ),
    reason(
        "row_too_large",
        rf"{_ROW}the row is too large to be published \((?P<bytes>[\d,]+) bytes\)",
        _("%(kind)s %(key)s: the row is too large to be published (%(bytes)s bytes)"),
    ),
    reason(
        "row_character",
        rf"{_ROW}the key or a text has a character that cannot be published",
        _("%(kind)s %(key)s: a text has a character that cannot be published"),
    ),
    reason(
        "row_order",
        rf"{_ROW}(?:there are two rows with this key|it is out of order)",
        _("%(kind)s %(key)s: the row is there twice, or is out of order"),
    ),
    reason(
        "nothing_published",
        r"cannot roll back to version (?P<version>\d+): nothing is published",
        _("There is no way back to version %(version)s: nothing is published."),
    ),
    reason(
        "other_compiler",
        r"(?P<function>\S+), which `catalog_formats` has added: (?P<said>.*)",
        _("The compiler of the other release, %(function)s, has failed (%(said)s)."),
    ),
    reason(
        "no_compiler",
        r"no compiler is named: .*",
        _("No compiler is named: set MONOLITH_CATALOG_FUNCTION to the function catalog."),
    ),
    reason(
        "compiler_access",
        r"the compiler cannot be invoked: .*",
        _("The compiler cannot be invoked: are region and credentials set?"),
    ),
    reason("compiler_failed", r"the compiler failed: (?P<said>.*)", _("The compiler has failed (%(said)s).")),
    reason(
        "compiler_answer",
        r"the compiler's answer .*|the compiler answered about other rows"
        r"|the compiler refuses rows and names none",
        _("The answer of the compiler cannot be understood."),
    ),
    reason(
        "interrupted",
        r"interrupted while .*; #(?P<id>\d+) takes over\.",
        _("It was interrupted. The served version has not changed, and #%(id)s takes over."),
    ),
    reason(
        "program",
        r"an error of the program: (?P<error>\w+)",
        _("An error of the program (%(error)s) is in the log of the publish worker."),
    ),
)
