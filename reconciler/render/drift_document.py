"""JSON for a drift report. Its shapes are in ``shapes``."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.model.attribution import Told
from reconciler.model.drift import Changed, DriftedObject, DriftReport, FieldDrift, Ignored, Missing, Unmanaged
from reconciler.model.paths import Path, dotted
from reconciler.render.attribution_document import line_part, who_part
from reconciler.render.drift_shapes import DriftedShape, DriftShape, FieldDriftShape, IgnoredShape, UnmanagedShape
from reconciler.render.parts import diagnostics_part, requests_part, source_part, value_part
from reconciler.render.shapes import FORMAT_VERSION


def drift_document(report: DriftReport) -> DriftShape:
    """A drift report."""
    return {
        "format_version": FORMAT_VERSION,
        "account": report.account,
        "has_drift": report.has_drift,
        "can_tell_who": report.can_tell_who,
        "found": [_drifted(one, report) for one in sorted(report.found, key=lambda drifted: drifted.address)],
        "unapplied": [_unapplied(one, report) for one in sorted(report.unapplied, key=lambda waiting: waiting.address)],
        "unrecorded": [
            {"address": str(one.address), "source": source_part(one.source)}
            for one in sorted(report.unrecorded, key=lambda waiting: waiting.address)
        ],
        "ignored": sorted(map(_ignored, report.ignored), key=lambda one: (one["address"], one["fields"])),
        "unmanaged": [
            *_unmanaged(report.counted_unmanaged, counts=True),
            *_unmanaged(report.unmanaged, counts=False),
        ],
        "unmanaged_by_kind": dict(report.unmanaged_by_kind),
        "not_looked_at": sorted(report.not_looked_at),
        "unlisted": [
            {"kind": one.kind, "parent_kind": one.parent_kind, "parents": sorted(one.parents)}
            for one in sorted(report.unlisted, key=lambda unlisted: unlisted.kind)
        ],
        "unreadable": [
            {"kind": one.kind, "addresses": [str(address) for address in one.addresses]} for one in report.unreadable
        ],
        "diagnostics": diagnostics_part(report.diagnostics),
        "requests": requests_part(report.requests),
    }


def _field(field: FieldDrift, told: Told) -> FieldDriftShape:
    return {
        "path": dotted(field.path),
        "state": field.state,
        "recorded": value_part(field.recorded, sensitive=field.sensitive),
        "observed": value_part(field.observed, sensitive=field.sensitive),
        "desired": value_part(field.desired, sensitive=field.sensitive),
        "sensitive": field.sensitive,
        "source": source_part(field.source),
        "who": who_part(told.who),
        "line": line_part(told.line),
    }


def _drifted(one: DriftedObject, report: DriftReport) -> DriftedShape:
    def told(path: Path | None) -> Told:
        return report.attributions.told.get((one.address, path), Told())

    fields = one.fields if isinstance(one, Changed) else ()
    return {
        "address": str(one.address),
        "remote_id": one.remote.id if one.remote else None,
        "state": "changed" if isinstance(one, Changed) else "missing",
        "fields": [_field(field, told(field.path)) for field in fields],
        "source": source_part(one.source),
        "who": who_part(told(None).who),
        "line": line_part(told(None).line),
    }


def _unapplied(one: Changed, report: DriftReport) -> DriftedShape:
    return {**_drifted(one, report), "state": "not_applied_yet"}


def _ignored(ignored: Ignored) -> IgnoredShape:
    rule = ignored.rule
    told: IgnoredShape = {
        "address": "",
        "remote_id": ignored.what.remote.id if ignored.what.remote else None,
        "state": "changed",
        "fields": [],
        "reason": rule.reason,
        "expires": rule.expires.isoformat() if rule.expires else None,
        "rule": source_part(rule.source),
    }
    match ignored.what:
        case Changed(address=address, fields=fields):
            return {**told, "address": str(address), "fields": [dotted(field.path) for field in fields]}
        case Missing(address=address):
            return {**told, "address": str(address), "state": "missing"}
        case Unmanaged(kind=kind, remote=remote):
            return {**told, "address": f"{kind}/{remote.id}", "state": "unmanaged"}


def _unmanaged(group: Iterable[Unmanaged], *, counts: bool) -> list[UnmanagedShape]:
    return [
        {"kind": one.kind, "remote_id": one.remote.id, "label": one.label, "counts_as_drift": counts}
        for one in sorted(group, key=lambda one: (one.kind, one.label, one.remote.id))
    ]
