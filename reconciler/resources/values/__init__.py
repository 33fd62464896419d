"""Types of single values. Each refuses with a stable code and says what to write instead."""
