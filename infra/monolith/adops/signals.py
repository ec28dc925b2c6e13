"""Signals of edits."""

from django.dispatch import Signal

# Many rows of a model (the sender) were edited at once, for which Django sends neither `post_save`
# nor `post_delete`. Sent in the transaction of the edit.
rows_edited = Signal()
