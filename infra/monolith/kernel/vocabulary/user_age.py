"""How long a user has been here: new until seven days after the first event, then returning."""

from kernel.vocabulary.form import one_of

NEW = "new"
RETURNING = "returning"

USER_AGE = one_of("user_age", NEW, RETURNING)
