"""What others may want to hear of."""

from django.dispatch import Signal

# Rows of a model (the sender) were edited otherwise than one by one, of which `post_save` and
# `post_delete` tell. Sent in the edit's own transaction.
rows_edited = Signal()
