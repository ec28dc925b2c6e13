"""Why something was not published, in the reader's language.

The compiler and the publisher say it in English, and publications keep that. Each reason is known by its
form and has a code; a text of no known form is shown as it is.
"""

import re

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from adops.selectors.catalog_rows import model_of
from kernel.kinds import KIND_BY_NAME
from publishing.store_reasons import STORE_REASONS, Reason, reason

# The compiler writes a quoted text as Rust does, and the publisher as Python does.
_VALUE = r"[\"'](?P<value>.*)[\"']"
_FIELD = re.compile(r"(?P<field>[a-z_]+(?:\.[a-z_]+)*):? (?=must |\S+ is not )")

_MORE = "more"

_REASONS = (
    reason("dangling", rf"there is no (?P<kind>[a-z ]+) {_VALUE}", _("there is no %(kind)s “%(value)s”")),
    reason(
        "taken",
        r"the id is taken \(creatives and contents share theirs\)"
        r"|an? (?:line item|creative) has (?:this id|it)",
        _("another row has this ID"),
    ),
    reason(
        "withdrawn",
        r"it is withdrawn, and a creative or a content has its id",
        _("it is withdrawn, and a creative or a content has its ID"),
    ),
    reason(
        "collision",
        rf"its id and {_VALUE} have one hash; one of the two needs another id",
        _("give it or “%(value)s” another ID: the two cannot be told apart"),
    ),
    reason("zone", rf"{_VALUE} is not an IANA time zone", _("“%(value)s” is not a time zone")),
    reason("origin", rf"{_VALUE} is not an origin", _("“%(value)s” is not an origin")),
    reason("order", r"it ends before it starts|must be after \w+", _("it ends before it starts")),
    reason("life", r"it expires before it is published", _("it expires before it is published")),
    reason("budget_currency", r"a budget needs a currency", _("a budget needs a currency")),
    reason("rates_once", r"the line item has rates on the unit already", _("these rates are there twice")),
    reason("rate_once", r"the currency has a rate already", _("the currency has a rate already")),
    reason("rate_range", r"a rate must be at most 1000000 ppm", _("must be at most 100 %%")),
    reason("share_range", r"must be 1 to 1000000", _("must be more than 0 and at most 100 %%")),
    reason("ppm_range", r"must be at most 1000000", _("must be at most 100 %%")),
    reason("sponsorship", r"only a sponsorship has a share", _("only a sponsorship has a share of voice")),
    reason("goal", r"a goal must be at least 1", _("a goal must be at least 1")),
    reason("hours", r"a daypart's from_hour .*", _("hours are from 00-23 to 01-24")),
    reason("refresh", r"must be (?:at most|60 to) horizon_seconds", _("must be within what an answer holds")),
    reason("negative", r"must not be negative", _("must not be negative")),
    reason("positive", r"must be positive", _("must be greater than zero")),
    reason("at_most", r"must be at most (?P<maximum>[\d,]+)", _("must be at most %(maximum)s")),
    reason(
        "range",
        r"must be (?P<minimum>[\d,]+) to (?P<maximum>[\d,]+)",
        _("must be from %(minimum)s to %(maximum)s"),
    ),
    reason(
        "not_of", rf"{_VALUE} is not (?P<wanted>.+)", _("“%(value)s” cannot be served (wanted: %(wanted)s)")
    ),
    reason("must_be", r"must be (?P<wanted>.+)", _("cannot be served (wanted: %(wanted)s)")),
    reason(
        "too_large",
        r"(?P<bytes>[\d,]+) bytes of rows; (?P<maximum>[\d,]+) can be served",
        _("there are %(bytes)s bytes of rows, and %(maximum)s can be served"),
    ),
    # What must be confirmed.
    reason(
        "to_be_confirmed",
        r"this must be confirmed, and was not published:",
        _("This was not published, because an operator must confirm it first:"),
    ),
    reason(
        "units_removed",
        r"units are removed, and requests of their phones become 404: (?P<ids>.*)",
        _("units are removed, and requests of their phones become 404: %(ids)s"),
    ),
    reason(
        "many_removed",
        r"(?P<removed>[\d,]+) of (?P<before>[\d,]+) rows of (?P<kind>[a-z ]+) are removed",
        _("%(kind)s: %(removed)s of %(before)s are removed"),
    ),
    reason(
        "jump",
        r"(?P<kind>[a-z ]+) (?P<key>\S+): \w+ jumps from (?P<old>[\d,]+) to (?P<new>[\d,]+)",
        _("%(kind)s %(key)s: jumps from %(old)s to %(new)s millionths"),
    ),
    reason(
        "older",
        r"cannot roll back to version (?P<version>\d+): version (?P<last>\d+) is the last one",
        _("There is no way back to version %(version)s: version %(last)s is the last one."),
    ),
    reason(
        "no_answer",
        r"the compiler could not be asked: .*",
        _("The compiler does not answer. Nothing was published: publish again later."),
    ),
    *STORE_REASONS,
    reason(_MORE, r"and (?P<count>[\d,]+) more", ""),
)


def code_of(text: str) -> str:
    """The code of a reason; empty for a text of no known form."""
    found = _find(text)
    return found[0].code if found else ""


def in_words(text: str) -> str:
    """A line of a publication's error, or the problem of a row."""
    found = _find(text)
    if found is None:
        return text
    known, values = found
    if "kind" in values:
        values["kind"] = kind_name(values["kind"].replace(" ", "_"))
    if known.code == _MORE:
        # One form in both languages; the list of publications has it, too.
        return ngettext("and %(count)s more", "and %(count)s more", 2) % values
    return str(known.words) % values


def kind_name(kind: str) -> str:
    """What a kind of rows is called."""
    known = KIND_BY_NAME.get(kind)
    return str(model_of(kind)._meta.verbose_name) if known and known.is_edited else kind


def _find(text: str) -> tuple[Reason, dict[str, str]] | None:
    bare = _FIELD.sub("", text, count=1) if _FIELD.match(text) else text
    for known in _REASONS:
        if found := known.form.fullmatch(bare):
            return known, found.groupdict()
    return None
