"""Writes to advertising and editorial that are more than saving a form."""
