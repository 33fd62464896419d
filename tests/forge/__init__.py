"""The hosts of pull requests, and what is posted and fetched there."""
