"""Plans as files, and what becomes of them when the world moves."""
