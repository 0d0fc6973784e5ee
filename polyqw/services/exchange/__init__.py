"""Hand data out in the formats of others, and take theirs in: one file for each format."""
