"""The conversation over HTTP, over real sockets and under a clock that does not wait."""
