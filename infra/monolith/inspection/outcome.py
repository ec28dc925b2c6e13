"""What became of an item, in a sentence: shown, kept out, passed over, or not there at all."""

from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from adops.models import Content, LineItem
from adops.selectors.states import (
    ContentState,
    LineItemState,
    contents_with_state,
    line_items_with_state,
)
from inspection.wording import Line, Words, label_of_rule


class Outcome(NamedTuple):
    """Whether the item is shown, the sentence, and what to know besides."""

    is_shown: bool
    text: str
    notes: list[str]


def outcome(item: LineItem | Content, document: dict[str, Any], lines: list[Line], words: Words) -> Outcome:
    notes = list(document["withheld"])
    if not document["screen"]["outlook"]["are_gates_known"]:
        notes.append(_("Budgets and pacing could not be read: nothing counts as spent here."))
    return Outcome(*_told(item, document, lines, words), notes)


def _told(
    item: LineItem | Content, document: dict[str, Any], lines: list[Line], words: Words
) -> tuple[bool, str]:
    if document["row"] is None:
        return False, _absent(item, document["screen"]["outlook"]["version"])
    position = _position(document["screen"]["slots"], item.public_id)
    if position:
        return True, _("It is shown at place %(position)s of the screen.") % {"position": position}
    failed = [line.label for line in lines if not line.passes]
    if failed:
        text = _("It is not shown: %(count)s rules keep it out (%(rules)s).")
        if len(failed) == 1:
            text = _("It is not shown: one rule keeps it out (%(rules)s).")
        return False, text % {"count": len(failed), "rules": ", ".join(failed)}
    rejection = (document["rejection"] or {}).get("rule", "")
    if rejection == "not_reached" and document["place"]:
        return False, _outranked(item, document, words)
    if not rejection:
        return False, _("This kind of screen has no place for items of its kind.")
    text = _("It meets all rules, and the rest of the screen keeps it out: %(rule)s.")
    return False, text % {"rule": label_of_rule(rejection)}


def _outranked(item: LineItem | Content, document: dict[str, Any], words: Words) -> str:
    kind = "ad" if isinstance(item, LineItem) else "content"
    winners = [slot for slot in document["screen"]["slots"] if slot["kind"] == kind and slot["reason"]]
    place = document["place"]
    values = {"place": place["place"], "of": place["of"], "slots": len(winners)}
    if not winners:
        return _(
            "It meets all rules, and the screen has no slot for its kind (place %(place)s of %(of)s)."
        ) % (values)
    last = winners[-1]["reason"]
    if isinstance(item, LineItem):
        text = _(
            "It meets all rules and loses: place %(place)s of %(of)s for %(slots)s slots, "
            "eCPM %(own)s against %(last)s of the last one shown."
        )
        values |= {"own": words.money(place["ecpm_micros"]), "last": words.money(last["ecpm_micros"])}
    else:
        text = _(
            "It meets all rules and loses: place %(place)s of %(of)s for %(slots)s slots, "
            "score %(own)s against %(last)s of the last one shown."
        )
        values |= {"own": f"{place['score_ppm']:,}", "last": f"{last['score_ppm']:,}"}
    return text % values


def _absent(item: LineItem | Content, version: int) -> str:
    """Why the rows do not have the item: what its state says."""
    state = _state(item)
    if version:
        text = _("Version %(version)s, which is served, does not have it. Its state: %(state)s.")
        return text % {"version": version, "state": state}
    return _("A publication would leave it out. Its state: %(state)s.") % {"state": state}


def _state(item: LineItem | Content) -> str:
    now = timezone.now()
    if isinstance(item, LineItem):
        row = line_items_with_state(now).get(pk=item.pk)
        return str(LineItemState(row.state).label)
    row = contents_with_state(now).get(pk=item.pk)
    return str(ContentState(row.state).label)


def _position(slots: list[dict[str, Any]], public_id: str) -> int:
    return next((slot["position"] for slot in slots if slot["id"] == public_id), 0)
