"""Who moved something, as JSON. The shapes are in ``shapes``."""

from __future__ import annotations

from reconciler.model.attribution import Attribution, Author, Blame, Blamed, Known, Ours, Unattributed
from reconciler.render.drift_shapes import AuthorShape, LineShape, WhoShape


def author_part(author: Author) -> AuthorShape:
    """A user of the account."""
    return {"name": author.name, "user_id": author.user_id, "role": author.role}


def who_part(who: Attribution | None) -> WhoShape | None:
    """Who moved it; None where that was not asked."""
    told: WhoShape = {
        "found_in": "nowhere",
        "author": None,
        "at": None,
        "event": None,
        "run": None,
        "run_by": None,
        "commit": None,
        "why": None,
    }
    match who:
        case None:
            return None
        case Known(author=author, when=when, event=event):
            return {**told, "found_in": "audit_log", "author": author_part(author), "at": when, "event": event}
        case Ours(actor=actor, when=when, event=event, started=started, commit=commit):
            ours: WhoShape = {**told, "found_in": "history", "at": when, "event": event}
            return {**ours, "run": started, "run_by": actor.name, "commit": commit}
        case Unattributed(why):
            return {**told, "why": why}


def line_part(line: Blame | None) -> LineShape | None:
    """The commit of a line; None where there is no line, or nobody asked."""
    if line is None:
        return None
    if isinstance(line, Blamed):
        return {"commit": line.commit, "author": line.author, "at": line.when, "summary": line.summary, "why": None}
    return {"commit": None, "author": None, "at": None, "summary": None, "why": line}
