"""Every checkable statement of the papers, recomputed: one small function each, grouped by what they are about."""
