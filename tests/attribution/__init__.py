"""Who did it: the join with the audit log, held against tables, and blame, in real repositories."""
