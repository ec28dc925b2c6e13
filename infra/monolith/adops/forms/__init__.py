"""Forms in which people write targeting, hours, caps and money without knowing the catalog."""
