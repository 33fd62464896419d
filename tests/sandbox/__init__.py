"""The emulator, checked against the official SDK, the OpenAPI description, and its own promises."""
