"""The Telnyx client: sessions over transport, envelopes, errors. Knows no kinds; adapters unwrap ``data``."""

from reconciler.api.connection import Sessions, Target, connect, connect_for_writing
from reconciler.api.session import Client, WritingClient
from reconciler.model.sent import Sent
from reconciler.transport.clock import Clock
from reconciler.transport.key import ApiKey
from reconciler.transport.retry import RetryPolicy
from reconciler.transport.tally import Tally
from reconciler.transport.wire import Timeouts

__all__ = [
    "ApiKey",
    "Client",
    "Clock",
    "RetryPolicy",
    "Sent",
    "Sessions",
    "Tally",
    "Target",
    "Timeouts",
    "WritingClient",
    "connect",
    "connect_for_writing",
]
