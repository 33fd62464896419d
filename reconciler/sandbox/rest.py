"""The five verbs on a collection described as data: list, create, read, update, delete.

What only one collection does (its rules, its way of dying) it says itself, in its file under `endpoints/`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.sandbox.account import Account
from reconciler.sandbox.calls import Answer, Call, Handler, Show
from reconciler.sandbox.fields import Field, Verb, problems_of, values_of
from reconciler.sandbox.filters import Filter, narrowing, ordered
from reconciler.sandbox.idents import stamp_millis
from reconciler.sandbox.pages import Envelope, Page, envelope, page_of
from reconciler.sandbox.quirks import reorder_rows
from reconciler.sandbox.refusals import Problem, Refusal, not_found
from reconciler.sandbox.store import PARENT, Row, encode

Document = dict[str, Any]


def no_rules(_account: Account, _parent: str, _document: Document, _before: Document | None) -> Iterable[Problem]:
    """The rules of a collection that has none beyond its fields."""
    return ()


def nothing_fixed(_account: Account, _row_id: str) -> Document:
    """The server-side fields of a collection that has none."""
    return {}


def as_it_is(_account: Account, document: Document) -> Document:
    """The completion of a collection that needs none."""
    return document


def overlay(before: Document, changes: Document) -> Document:
    """What a plain PATCH makes of an object."""
    return {**before, **changes}


def drop(account: Account, row: Row, resource: "Resource") -> Document:
    """Delete that just removes the row, and answers with what it was."""
    account.delete(resource.collection, row)
    return row.document


@dataclass(frozen=True, slots=True)
class Resource:
    """One collection: its fields, and the few functions that make it different from the next."""

    collection: str
    fields: tuple[Field, ...]
    identify: Callable[[], str]
    """Makes the id of a new row."""
    fixed: Callable[[Account, str], Document] = nothing_fixed
    """Fields that only the server sets, on create."""
    rules: Callable[[Account, str, Document, Document | None], Iterable[Problem]] = no_rules
    """(account, parent, candidate, before) -> problems that a look at one field cannot see."""
    merge: Callable[[Document, Document], Document] = overlay
    """What an update makes of the stored object."""
    destroy: "Callable[[Account, Row, Resource], Document]" = drop
    filters: tuple[Filter, ...] = ()
    sort: str | None = None
    stamp: Callable[[float], str] | None = stamp_millis
    """Style of the two times in `stamped`; None for objects without them."""
    stamped: tuple[str, str] = ("created_at", "updated_at")
    """Names of the times of creation and of the last change."""
    replaces: bool = False
    """Updates are PUT: what is left out is gone, and required fields are required again."""
    creatable: bool = True
    """The API has a POST for it."""
    nested: bool = False
    """Rows live under a messaging profile, which their answers do not name."""
    complete: Callable[[Account, Document], Document] = as_it_is
    """Fills in what an accepted or seeded document leaves open."""
    alias: str = "name"
    """Indexed field by which the administrator may name a row instead of by its id."""
    key: str = "id"
    """Field that holds the id of a row."""
    alias_in_path: bool = False
    """Paths may use the alias too."""

    def create(self, account: Account, body: Mapping[str, Any], parent: str = "") -> Row:
        """A new row from a request body."""
        self._accept(account, body, "create")
        values = values_of(self.fields, body, "create")
        row_id = self.identify()
        document = {**self.fixed(account, row_id), **values}
        if self.stamp:
            document |= dict.fromkeys(self.stamped, self.stamp(account.now))
        _refuse_any(self.rules(account, parent, document, None))
        document = self.complete(account, document)
        return account.insert(self.collection, document, row_id=row_id, parent=parent)

    def update(self, account: Account, row: Row, body: Mapping[str, Any]) -> Row:
        """A changed row from a request body."""
        verb: Verb = "create" if self.replaces else "update"
        before = row.document
        self._accept(account, body, verb)
        changes = values_of(self.fields, body, verb)
        if self.replaces:
            own = {field.name for field in self.fields}
            document = {name: value for name, value in before.items() if name not in own} | changes
        else:
            document = self.merge(before, changes)
        if self.stamp:
            document[self.stamped[1]] = self.stamp(account.now)
        _refuse_any(self.rules(account, row.parent, document, before))
        return account.update(self.collection, row, self.complete(account, document))

    def find(self, account: Account, row_id: str, parent: str | None = None) -> Row:
        """The row with this id (under this parent), else 404."""
        rows = account.rows(self.collection)
        row = rows.get(row_id)
        if row is None and self.alias_in_path:
            row = next(iter(rows.where(self.alias, row_id)), None)
        if row is None or (parent is not None and row.parent != parent):
            raise not_found()
        return row

    def _accept(self, account: Account, body: Mapping[str, Any], verb: Verb) -> None:
        problems = list(problems_of(self.fields, body, verb))
        faulty = {problem.pointer for problem in problems}
        for field in self.fields:
            value = body.get(field.name)
            if field.reference is None or not value or f"/{field.name}" in faulty:
                continue
            if account.rows(field.reference).get(value) is None:
                detail = f"{field.name} does not exist"
                problems.append(Problem("10017", detail, f"/{field.name}"))
        _refuse_any(problems)


def _refuse_any(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise Refusal(422, found)


def single(call: Call, row: Row, status: int = 200, *, show: Show | None = None) -> Answer:
    """One object in its envelope; `show` makes the answer of what is stored."""
    return Answer(f'{{"data":{call.present(row, show)}}}', status)


def listing(
    call: Call,
    resource: Resource,
    *,
    within: tuple[str, str] | None = None,
    page: Page | None = None,
    arrange: Callable[[list[Row]], list[Row]] | None = None,
    show: Show | None = None,
    wrap: Envelope = envelope,
) -> Answer:
    """A page of a collection, or of its rows that have the index entry `within`.

    `arrange` may order the rows and leave some out; `show` makes each answer, and `wrap` the whole one.
    """
    page = page or page_of(call.query)
    quirks = call.account.quirks
    found = ordered(matching(call, resource, within), call.query, resource.sort)
    if arrange:
        found = arrange(found)
    if "shifting-pages" in quirks:
        found = reorder_rows(found, call.turn)
    shown = found[page.slice()]
    if "reordered-rows" in quirks:
        shown = reorder_rows(shown, call.turn)
    return Answer(wrap((call.present(row, show) for row in shown), page.meta(len(found))))


def newest_first(rows: list[Row]) -> list[Row]:
    """The rows, the last that was made first."""
    return rows[::-1]


def matching(call: Call, resource: Resource, within: tuple[str, str] | None = None) -> list[Row]:
    """The rows that a list request asks for, as lists see them."""
    entries, predicates = narrowing(resource.filters, call.query)
    if within:
        entries = [within, *entries]
    rows = call.account.rows(resource.collection)
    stale = call.account.listed(resource.collection)
    if stale is not None:
        found = [row for row in stale if within is None or _holds(row, within)]
    elif entries:
        found = rows.where(*entries[0])
    else:
        found = list(rows)
    if predicates:
        found = [row for row in found if all(passes(row.document) for passes in predicates)]
    return found


def _holds(row: Row, entry: tuple[str, str]) -> bool:
    field, value = entry
    return (row.parent if field == PARENT else row.document.get(field)) == value


def list_all(resource: Resource) -> Handler:
    """GET of a collection."""
    return lambda call: listing(call, resource)


def create(resource: Resource, *, status: int = 200) -> Handler:
    """POST to a collection."""
    return lambda call: single(call, resource.create(call.account, call.body), status)


def read(resource: Resource) -> Handler:
    """GET of one object."""
    return lambda call: single(call, resource.find(call.account, call.params["id"]))


def update(resource: Resource) -> Handler:
    """PATCH of one object."""

    def handler(call: Call) -> Answer:
        row = resource.find(call.account, call.params["id"])
        return single(call, resource.update(call.account, row, call.body))

    return handler


def delete(resource: Resource) -> Handler:
    """DELETE of one object, answered with the object (guide 22.3)."""

    def handler(call: Call) -> Answer:
        row = resource.find(call.account, call.params["id"])
        gone = resource.destroy(call.account, row, resource)
        return Answer(f'{{"data":{encode(call.account.quirks.present(gone))}}}')

    return handler
