"""The pages of error codes: complete, generated, and with examples that were run."""
