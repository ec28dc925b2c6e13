"""What can be shown, as of one published version: rows, checked once and joined."""
