"""What ``reconciler explain CODE`` prints. Its name must not be that of a command."""

from __future__ import annotations

from reconciler.render.page import page_text
from reconciler.workflow.pages import pages


def error_page(code: str) -> str | None:
    """The page of a code, without its example; None for any other word."""
    page = pages().get(code)
    return None if page is None else page_text(page)
