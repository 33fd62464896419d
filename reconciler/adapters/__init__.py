"""Reusable ways to speak to a collection, written against the Session protocol. Knows no kinds."""
