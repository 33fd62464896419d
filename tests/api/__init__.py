"""The Telnyx client: sessions, envelopes, errors, and what a reading session cannot do."""
