"""Configuration as code for the Telnyx messaging API."""

__version__ = "0.1.0"
