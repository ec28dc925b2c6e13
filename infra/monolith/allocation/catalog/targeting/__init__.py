"""Targeting as published: a file for each shape of condition, `targeting` over all of them."""
