"""What other apps may react to."""

from django.dispatch import Signal

# Sent after each look at the roll-ups, whether or not there was anything new: a day may have ended.
delivery_synced = Signal()
