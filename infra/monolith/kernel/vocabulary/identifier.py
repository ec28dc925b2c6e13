"""Ids of rows: units, line items, contents and whatever else a catalog names."""

from kernel.vocabulary.form import Form, Vocabulary, unchanged

LENGTH_MAX = 64

_WANTED = "1 to 64 of A-Za-z0-9_.-"
_PATTERN = r"^[A-Za-z0-9_.-]{1,64}$"

IDENTIFIER = Vocabulary("id", Form(_WANTED, _PATTERN), Form(f"an id: {_WANTED}", _PATTERN), unchanged)
