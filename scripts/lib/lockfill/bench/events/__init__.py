"""Measures of tracking events: what a report costs, and how long lost counters take to be made anew."""
