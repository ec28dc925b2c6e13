"""Reads of advertising and editorial."""
