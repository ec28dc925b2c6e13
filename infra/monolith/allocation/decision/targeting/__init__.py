"""Checks targeting: `dimensions` has the rules, `subject` the attributes."""
