"""What the served version of the catalog has, for the states of rows. Publishing alone writes it."""

from django.db import models

from adops.models.fields import ExactCharField
from kernel.vocabulary.identifier import LENGTH_MAX as ID_LENGTH_MAX


class ServedVersion(models.Model):
    """The one row that names the version whose rows `ServedRow` has. Without it nothing is known; 0
    is a table in which nothing was published yet.
    """

    version = models.BigIntegerField()


class ServedRow(models.Model):
    """A campaign, a line item or a content of the served version."""

    kind = models.CharField(max_length=16)
    key = ExactCharField(max_length=ID_LENGTH_MAX)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "kind"], name="served_row_once")]
