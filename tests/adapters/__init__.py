"""Ways to speak to a collection."""
