"""The words of caps and schedules: windows of time and days of the week."""

# The windows that a cap counts in, from the shortest to the longest.
WINDOWS = ("minute", "hour", "day", "week", "lifetime")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
