"""The page in a real browser: what filters and folds, what stays inert, and that it asks nobody for anything."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace as changed
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reconciler.model.address import Address
from reconciler.model.diagnostic import Diagnostic, Severity
from reconciler.model.plan import Change, Plan
from reconciler.render.format import formats
from reconciler.render.html.graph import MOST, graph_of
from reconciler.render.html.highlight import marked
from reconciler.render.view import Links, View

from .cases import DRIFT, EMPTY, PLAN
from .changes import PROFILE, RESPONSE, create, delete, diff, place, update
from .reports import SEVERAL
from .test_hostile import HOSTILE

HTML = formats()["html"]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")


@dataclass
class Opened:
    """A page, and everything that went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def visible(self, where: str = ".entry") -> int:
        """How many are not filtered away."""
        return self.page.locator(f"{where}:not([hidden])").count()

    def type(self, text: str) -> None:
        """Filter by text, and wait for the answer."""
        self.page.locator("#text").fill(text)
        self.page.wait_for_timeout(150)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Opened]:
    """The page of a parameter, without any network."""
    file = tmp_path / "plan.html"
    file.write_text(request.param(), encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    made = Opened(context.new_page())
    made.page.on("console", lambda message: made.wrong.append(f"console: {message.text}"))
    made.page.on("pageerror", lambda error: made.wrong.append(f"error: {error}"))
    made.page.on("dialog", lambda dialog: made.wrong.append(f"dialog: {dialog.message}"))
    made.page.on("request", lambda asked: made.wrong.append(asked.url) if asked.url != file.as_uri() else None)
    made.page.goto(file.as_uri())
    yield made
    assert made.wrong == []
    context.close()


def _pages(*found: Callable[[], str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("opened", found, indirect=True, ids=lambda _: "")


def _hostile() -> Plan:
    changes: list[Change] = []
    findings: list[Diagnostic] = []
    for at, name in enumerate(HOSTILE):
        address = Address(PROFILE, name)
        one = update(PROFILE, "x", diff("webhook_url", name, f"{name} and more", source=place(1, 1, name)))
        changes += [
            changed(one, address=address, source=place(at + 1, 1, name), depends_on=(Address(RESPONSE, name),)),
            changed(delete(RESPONSE, "x", diff("resp_text", name, None)), address=Address(RESPONSE, name)),
        ]
        findings.append(Diagnostic(code=name, severity=Severity.ERROR, summary=name, detail=name, hint=name))
    return Plan(account=HOSTILE[-6], project="p", changes=tuple(changes), diagnostics=tuple(findings))


def _large(number: int) -> Plan:
    profiles = [create(PROFILE, f"p-{at:04}", diff("name", None, f"Name {at}")) for at in range(number // 5)]
    responses = [
        changed(
            update(RESPONSE, f"r-{at:04}", diff("resp_text", f"Acme {at}: STOP to end.", f"Acme {at}: STOP to stop.")),
            depends_on=(Address(PROFILE, f"p-{at % len(profiles):04}"),),
        )
        for at in range(number - len(profiles))
    ]
    return Plan(account="prod", project="p", changes=(*profiles, *responses))


@needs_browser
@_pages(lambda: HTML.plan(PLAN))
def test_the_filter_narrows_by_text_action_and_kind(opened: Opened) -> None:
    """Together they narrow further, and what is empty goes away."""
    whole = opened.visible()
    opened.type("marketing-us")
    assert opened.visible() == 2
    assert opened.page.locator("#shown").inner_text() == f"2 of {whole} shown"
    opened.page.get_by_role("button", name="AutoResponse").click()
    assert opened.visible() == 1
    assert opened.visible(".section") == 1
    opened.page.get_by_role("button", name="delete 1").click()
    assert opened.visible() == 0
    opened.type("")
    assert opened.visible() == 1
    opened.page.get_by_role("button", name="delete 1").click()
    opened.page.get_by_role("button", name="AutoResponse").click()
    assert opened.visible() == whole


@needs_browser
@_pages(lambda: HTML.plan(PLAN))
def test_the_keyboard_is_enough(opened: Opened) -> None:
    """A slash begins to filter, Escape ends it, and folds and buttons are reached by Tab."""
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("support")
    opened.page.wait_for_timeout(150)
    assert opened.visible() == 2
    opened.page.keyboard.press("Escape")
    assert opened.visible() == 11
    opened.page.keyboard.press("Tab")
    opened.page.keyboard.press("Enter")
    assert opened.page.locator('.chip[aria-pressed="true"]').inner_text() == "create 2"


@needs_browser
@_pages(lambda: HTML.plan(PLAN))
def test_folds_open_and_close(opened: Opened) -> None:
    """All at once, and all of them for the printer."""
    opened.page.get_by_role("button", name="Fold all", exact=True).click()
    assert opened.page.locator(".entry[open]").count() == 0
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator(".entry[open]").count() == opened.visible()


@needs_browser
@_pages(
    lambda: HTML.plan(_hostile()),
    lambda: HTML.drift(DRIFT),
    lambda: HTML.plan(EMPTY),
    *(partial(HTML.several, each) for each in SEVERAL.values()),
)
def test_names_of_others_do_nothing(opened: Opened) -> None:
    """No script of theirs runs, no element of theirs exists, nothing is loaded."""
    opened.page.get_by_text("Unfold all").click() if opened.page.locator("#unfold").count() else None
    assert opened.page.locator("main script, main img, main iframe, main [onerror], main [onclick]").count() == 0
    assert all(
        address.startswith("https://forge.example/")
        for address in opened.page.locator("a").evaluate_all("links => links.map((link) => link.href)")
    )


@needs_browser
@_pages(lambda: HTML.plan(_large(5000)))
def test_five_thousand_changes_are_a_page(opened: Opened) -> None:
    """It filters them, and draws them by kind."""
    opened.type("r-0042")
    assert opened.visible() == 1
    assert opened.page.locator(".graph rect").count() == 2


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_light_and_dark(browser: Browser, scheme: str, tmp_path: Path) -> None:
    """A contrast of 4.5 to 1 for every word (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""
    file = tmp_path / "plan.html"
    file.write_text(HTML.plan(PLAN), encoding="utf-8")
    context = browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    page.goto(file.as_uri())
    found = page.evaluate(CONTRASTS)
    context.close()
    assert found
    assert {words: ratio for words, ratio in found.items() if ratio < 4.5} == {}


CONTRASTS = """() => {
  const channel = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + below[i] * (1 - a)); };
  const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const ground = (element) => {
    if (!element) return [255, 255, 255];
    return over(parts(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  const found = {};
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("svg") || !element.checkVisibility()) continue;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const name = `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`;
    found[name] = (a + 0.05) / (b + 0.05);
  }
  return found;
}"""


def test_without_a_browser_nothing_foreign_is_markup() -> None:
    """Every hostile name is escaped, and the policy names the one script that may run."""
    text = HTML.plan(_hostile(), view=View(links=Links(prefix="https://forge.example/a")))
    assert "<img" not in text
    assert text.count("<script>") == 1
    assert "default-src &#39;none&#39;" in text
    assert "javascript:" not in [part for part in text.split('href="')[1:] if part.startswith("javascript:")]


def test_a_finding_without_a_place_names_its_address() -> None:
    """As in text: "it is deleted" says nothing where nobody knows what "it" is."""
    found = Diagnostic(code="x", severity=Severity.WARNING, summary="it is deleted", address=Address("RcsAgent", "a"))
    page = HTML.plan(changed(PLAN, changes=(), diagnostics=(found,)))
    [line] = [line for line in page.splitlines() if "it is deleted" in line]
    assert "RcsAgent/a" in line


def test_the_page_is_the_same_for_the_same_plan() -> None:
    """No clock, no random names: it can be compared and kept."""
    assert HTML.plan(PLAN) == HTML.plan(PLAN)


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ('"STOP to end"', '"STOP to stop"', '"STOP to [end]"', '"STOP to [stop]"'),
        ("a b c", "a c", "a [b ]c", "a c"),
        ("same", "same", "same", "same"),
        ("alpha", "omega", "[alpha]", "[omega]"),
        ("", "new", "[]", "[new]"),
    ],
)
def test_what_differs_is_marked(before: str, after: str, left: str, right: str) -> None:
    """Word by word; what has little in common is marked as a whole."""
    sides = marked(before, after)
    told = ["".join(f"[{text}]" if differs else text for text, differs in side) for side in sides]
    assert told == [left, right]
    assert ["".join(text for text, _ in side) for side in sides] == [before, after]


def test_long_values_are_not_compared() -> None:
    """Comparing takes the square of their length."""
    assert marked("a" * 5000, "a" * 5001)[0][0].differs


def test_the_drawing_follows_the_dependencies() -> None:
    """Each box stands to the right of those that it waits for; many changes are drawn by kind and action."""
    first, second = create(PROFILE, "first"), create(RESPONSE, "second", depends_on=(Address(PROFILE, "first"),))
    drawn = graph_of([second, first, create(PROFILE, "alone")])
    assert drawn is not None
    places = {box.label: box.x for box in drawn.boxes}
    assert places["first"] < places["second"]
    assert set(places) == {"first", "second"}
    assert len(drawn.arrows) == 1
    assert graph_of([first]) is None
    many = graph_of(_large(MOST * 2).changes)
    assert many is not None
    assert [(box.label, box.detail) for box in many.boxes] == [
        ("MessagingProfile", f"{MOST * 2 // 5} to create"),
        ("AutoResponse", f"{MOST * 2 * 4 // 5} to update"),
    ]
