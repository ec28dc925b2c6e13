"""Forms for targeting, hours, caps and money, in which no operator needs the catalog's JSON."""
