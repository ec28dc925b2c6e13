"""The admin of ad operations. Registering happens where the models' admins are."""

from adops.admin import advertising, editorial, history, placement

__all__ = ["advertising", "editorial", "history", "placement"]
