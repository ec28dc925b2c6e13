"""Single functions under `sam local`, over a seeded catalog."""
