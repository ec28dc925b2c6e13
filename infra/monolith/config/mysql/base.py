"""Django's MySQL backend, with text compared as everywhere else.

Identifiers are exact: `u1` is not `U1`. So the database's collation is binary, as SQLite's is, and
what is looked up without regard to case says so itself.
"""

from django.db.backends.mysql import base

from config.mysql.validation import DatabaseValidation

_IGNORES_CASE = "COLLATE utf8mb4_unicode_520_ci"
_WITHOUT_CASE = ("iexact", "icontains", "istartswith", "iendswith")


def _ignoring_case(operators: dict[str, str]) -> dict[str, str]:
    return {
        name: f"{sql} {_IGNORES_CASE}" if name in _WITHOUT_CASE else sql
        for name, sql in operators.items()
    }


class DatabaseWrapper(base.DatabaseWrapper):
    operators = _ignoring_case(base.DatabaseWrapper.operators)
    pattern_ops = _ignoring_case(base.DatabaseWrapper.pattern_ops)
    validation_class = DatabaseValidation
