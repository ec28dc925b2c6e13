"""Writes to advertising and editorial that do more than save a form."""
