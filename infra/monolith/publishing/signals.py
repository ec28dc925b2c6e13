"""What other apps may react to."""

from django.dispatch import Signal

# Sent with `publication` in the transaction in which a publication fails. One that was interrupted is made
# again, and has not failed.
publication_refused = Signal()
