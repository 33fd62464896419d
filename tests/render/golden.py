"""The golden texts: which there are, and how to write them anew after a change that was meant.

python -m tests.render.golden        then read the difference before committing it
"""

from __future__ import annotations

from pathlib import Path

from reconciler import __version__
from reconciler.render.events import event_line
from reconciler.render.format import formats
from reconciler.render.view import View

from .cases import BLOCKED, DONE, DRIFT, EMPTY, ERROR, EVENTS, PLAN, REPORT, UNASSIGNING, WARNING, WIDE_NAMES
from .reports import (
    ADOPTION,
    CHECKUP,
    CHECKUP_FAILED,
    CODES,
    CODES_CHECKED,
    ENTRY,
    EXPORT,
    EXPORT_MERGED,
    HISTORY,
    HISTORY_AUDITED,
    HISTORY_OF_ONE,
    INVENTORY,
    LOST,
    REHEARSAL,
    REHEARSAL_FAILED,
    REHEARSAL_IDLE,
    ROTATION,
    SEVERAL,
    STATUS,
)

FOLDER = Path(__file__).parent / "expected"
ENDINGS = {"text": "txt", "json": "json", "markdown": "md", "github": "log", "sarif": "sarif"}
WIDTHS = (40, 60, 160)
NEXT = "reconciler apply plan.json"


def texts() -> dict[str, str]:
    """Every golden text by file name."""
    found = {"events.jsonl": "".join(map(event_line, EVENTS))}
    for name, ending in ENDINGS.items():
        format_ = formats()[name]
        found[f"plan.{ending}"] = format_.plan(PLAN)
        found[f"plan-blocked.{ending}"] = format_.plan(BLOCKED)
        found[f"plan-unassigning.{ending}"] = format_.plan(UNASSIGNING)
        found[f"plan-empty.{ending}"] = format_.plan(EMPTY)
        found[f"drift.{ending}"] = format_.drift(DRIFT)
        found[f"drift-ledger-lost.{ending}"] = format_.drift(LOST)
        found[f"result-partial.{ending}"] = format_.result(REPORT, account="default", next_command=NEXT)
        found[f"result-done.{ending}"] = format_.result(DONE, account="default")
        found[f"diagnostics.{ending}"] = format_.diagnostics([WARNING, ERROR])
        for case, several in SEVERAL.items():
            found[f"{case}.{ending}"] = format_.several(several)
        found[f"status.{ending}"] = format_.status(STATUS)
        found[f"doctor.{ending}"] = format_.checkup(CHECKUP)
        found[f"doctor-failed.{ending}"] = format_.checkup(CHECKUP_FAILED)
        found[f"history.{ending}"] = format_.history(HISTORY)
        found[f"history-audited.{ending}"] = format_.history(HISTORY_AUDITED)
        found[f"history-of-one.{ending}"] = format_.history(HISTORY_OF_ONE)
        found[f"ledger-list.{ending}"] = format_.inventory(INVENTORY)
        found[f"hosted-codes.{ending}"] = format_.codes(CODES)
        found[f"hosted-codes-checked.{ending}"] = format_.codes(CODES_CHECKED)
        found[f"adopt.{ending}"] = format_.adoption(ADOPTION)
        found[f"rotate-secret.{ending}"] = format_.rotation(ROTATION)
        found[f"ledger-show.{ending}"] = format_.entry(ENTRY)
        found[f"export.{ending}"] = format_.export(EXPORT)
        found[f"export-merged.{ending}"] = format_.export(EXPORT_MERGED)
        found[f"rehearsal.{ending}"] = format_.rehearsal(REHEARSAL)
        found[f"rehearsal-failed.{ending}"] = format_.rehearsal(REHEARSAL_FAILED)
        found[f"rehearsal-idle.{ending}"] = format_.rehearsal(REHEARSAL_IDLE, diagnostics=[WARNING])
    found["plan.html"] = formats()["html"].plan(PLAN)
    found["doctor-color.txt"] = formats()["text"].checkup(CHECKUP, view=View(color=True))
    found["plan-color.txt"] = formats()["text"].plan(PLAN, view=View(color=True))
    for width in WIDTHS:
        form, view = formats()["text"], View(width=width)
        found[f"plan-{width}.txt"] = form.plan(WIDE_NAMES, view=view)
        found[f"drift-{width}.txt"] = form.drift(DRIFT, view=view)
        found[f"ledger-list-{width}.txt"] = form.inventory(INVENTORY, view=view)
        found[f"status-{width}.txt"] = form.status(STATUS, view=view)
        found[f"doctor-{width}.txt"] = form.checkup(CHECKUP, view=view)
        found[f"adopt-{width}.txt"] = form.adoption(ADOPTION, view=view)
    released = f'"semanticVersion": "{__version__}"'
    # Empty is what a format has no form for.
    return {name: text.replace(released, '"semanticVersion": "1.2.3"') for name, text in found.items() if text}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
