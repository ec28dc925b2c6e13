"""Django's MySQL backend, which compares text as Django does on SQLite.

The collation of the database is binary, because IDs are exact: `u1` is not `U1`. Lookups that
ignore case therefore name another collation themselves.
"""

from django.db.backends.mysql import base

from config.mysql.validation import DatabaseValidation

_IGNORES_CASE = "COLLATE utf8mb4_unicode_520_ci"
_WITHOUT_CASE = ("iexact", "icontains", "istartswith", "iendswith")


def _ignoring_case(operators: dict[str, str]) -> dict[str, str]:
    return {
        name: f"{sql} {_IGNORES_CASE}" if name in _WITHOUT_CASE else sql for name, sql in operators.items()
    }


class DatabaseWrapper(base.DatabaseWrapper):
    operators = _ignoring_case(base.DatabaseWrapper.operators)
    pattern_ops = _ignoring_case(base.DatabaseWrapper.pattern_ops)
    validation_class = DatabaseValidation
