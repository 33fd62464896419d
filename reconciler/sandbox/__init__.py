"""A small Telnyx: the messaging API of the field guide as an ASGI application, for tests and trials.

It is written from the guide and imports nothing from the rest of the product: a test against it would
otherwise only prove that the program agrees with itself.
"""
