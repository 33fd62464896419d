"""Who did it: the account's audit log and git, joined with what we know. Never a reason to fail, and never a guess."""
