"""The gender that a user states."""

from kernel.vocabulary.form import one_of

GENDER = one_of("gender", "M", "F", "X")
