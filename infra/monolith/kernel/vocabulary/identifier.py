"""Ids of rows: units, line items, contents and whatever else a catalog names."""

from kernel.vocabulary.form import Form, Vocabulary, unchanged

LENGTH_MAX = 64

_FORM = Form("1 to 64 of A-Za-z0-9_.-", r"^[A-Za-z0-9_.-]{1,64}$")

IDENTIFIER = Vocabulary("id", _FORM, _FORM, unchanged)
