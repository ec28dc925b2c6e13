"""Targeting as a decision asks it: `dimensions` has the rules, `subject` what they look at."""
