"""Who moved something and who wrote our line, in words; the same in every format that people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reconciler.model.attribution import (
    Attribution,
    Author,
    Blame,
    Blamed,
    Known,
    NotBlamed,
    Ours,
    Told,
    Unattributed,
    Why,
)
from reconciler.model.drift import Changed, DriftedObject, DriftReport
from reconciler.model.paths import Path, dotted
from reconciler.render.escape import visible

SHORT_COMMIT = 12

_UNKNOWN: Mapping[Why, str] = {
    Why.NO_EVENT: "the audit log has no event of it",
    Why.NOT_REACHED: "the audit log's last event of it leads elsewhere; a later one may still come",
    Why.SEVERAL: "events of several users fit",
    Why.NOT_PERMITTED: "the key may not read the audit log",
    Why.NOT_READ: "the audit log could not be read",
    Why.TOO_LONG: "the audit log is longer than what was read",
}

_UNBLAMED: Mapping[NotBlamed, str] = {
    NotBlamed.NO_REPOSITORY: "",
    NotBlamed.OUTSIDE: "",
    NotBlamed.UNTRACKED: "not known to git",
    NotBlamed.NOT_COMMITTED: "not committed yet",
    NotBlamed.SHALLOW: "older than this shallow clone",
    NotBlamed.UNREADABLE: "git does not tell",
}
"""Empty where there is no git to speak of."""

_LINE = "our line:"


def time_words(stamp: str) -> str:
    """``2026-02-01 12:00:00 UTC``; a stamp in another form as it is."""
    text = visible(stamp)
    if len(text) < len("2026-02-01T12:00:00") or not text.endswith(("Z", "+00:00")):
        return text
    return f"{text[:19].replace('T', ' ')} UTC"


def author_words(author: Author) -> str:
    """``Anna Ek (organization member, user 6f1b…)``, as far as the log tells."""
    role = visible(author.role.replace("_", " "))
    user = f"user {visible(author.user_id)}" if author.user_id else ""
    if author.name is None:
        return ", ".join(word for word in (role, user) if word) or "somebody"
    inner = ", ".join(word for word in (role, user) if word)
    return f"{visible(author.name)}{f' ({inner})' if inner else ''}"


def who_words(who: Attribution) -> str:
    """Who made it, and when."""
    match who:
        case Known(author=author, when=when):
            return f"{author_words(author)}, {time_words(when)}"
        case Ours(actor=actor, when=when, started=started, commit=commit):
            of = f", from commit {visible(commit[:SHORT_COMMIT])}" if commit else ""
            run = f"this tool, in the run of {time_words(started)} by {visible(actor.name)}{of}"
            return f"{run}, {time_words(when)}"
        case Unattributed(why):
            return f"unknown: {_UNKNOWN[why]}"


def blame_words(line: Blame) -> str:
    """Who wrote a line, or why that is not known; empty where there is no git to speak of."""
    if isinstance(line, Blamed):
        summary = f": {visible(line.summary)}" if line.summary else ""
        return f"{visible(line.author)}, {time_words(line.when)}, commit {visible(line.commit[:SHORT_COMMIT])}{summary}"
    return _UNBLAMED[line]


def told_words(report: DriftReport, one: DriftedObject) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """What to say of one object: a head, the fields that it is about, and the words. Equal words are said once."""
    paths: list[Path | None] = [field.path for field in one.fields] if isinstance(one, Changed) else [None]
    grouped: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        told = report.attributions.told.get((one.address, path), Told())
        names = [visible(dotted(path))] if path is not None else []
        if told.who is not None:
            head = "removed by:" if path is None else "changed by:"
            grouped.setdefault((head, who_words(told.who)), []).extend(names)
        if told.line is not None and (words := blame_words(told.line)):
            grouped.setdefault((_LINE, words), []).extend(names)
    for (head, words), fields in sorted(grouped.items(), key=lambda item: item[0][0] == _LINE):
        yield head, tuple(fields), words


def told_sentences(report: DriftReport, one: DriftedObject) -> Iterator[str]:
    """The same as lines of text."""
    for head, fields, words in told_words(report, one):
        yield " ".join((*([", ".join(fields)] if fields else []), head, words))
