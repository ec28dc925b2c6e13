"""Rejections in words: `items` for every rule, `caps` for used-up caps."""
