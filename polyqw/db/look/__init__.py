"""Look things up: filters, SQL, the cookbook, what was stored as it was."""
