"""Erasures that have to be carried out in another store than the database."""

from django.db import models

USER_KEY_LENGTH_MAX = 64


class StateErasure(models.Model):
    """A user's state in Redis that has to be deleted. The row is deleted with it.

    The row names the user by the key of the state, which is a digest.
    """

    user_key = models.CharField(max_length=USER_KEY_LENGTH_MAX)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"#{self.pk}"
