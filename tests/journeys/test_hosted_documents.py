"""The papers of a hosted order: uploaded when it waits for them, never twice for nothing, and shown to nobody."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_hosted_orders import ADDRESS, FIRST, ORDERS, order, said
from tests.journeys.workspace import SECONDS, Emulator, Workspace, profile

UPLOAD = f"{ORDERS}/*/actions/file_upload"
LOA, BILL = b"%PDF-1.4 canary of a letter", b"%PDF-1.7 canary of a bill"


def paper(workspace: Workspace, name: str, content: bytes) -> Path:
    """A file beside the manifests."""
    path = workspace.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def uploaded(telnyx: Emulator) -> list[tuple[str, str]]:
    """Every upload so far: which paper, and what was in it."""
    digests = {hashlib.sha256(content).hexdigest(): str(content) for content in (LOA, BILL)}
    rows = telnyx.rows("hosted_order_documents")
    return [(row["document"], digests.get(row["sha256"], "another")) for row in rows]


def advance(telnyx: Emulator, status: str) -> None:
    """People at Telnyx decide."""
    telnyx.admin("POST", "advance", status=status)


@pytest.fixture
def desk(workspace: Workspace) -> Workspace:
    """An order with both papers, declared and not applied."""
    paper(workspace, "papers/loa.pdf", LOA)
    paper(workspace, "papers/bill.pdf", BILL)
    workspace.declare(order(FIRST, documents={"loa": "papers/loa.pdf", "bill": "papers/bill.pdf"}))
    return workspace


@pytest.fixture
def ordered(desk: Workspace, telnyx: Emulator) -> Workspace:
    """The same, applied."""
    desk.apply()
    telnyx.forget_requests()
    return desk


def test_papers_follow_the_order_in_the_same_apply(desk: Workspace, telnyx: Emulator) -> None:
    """Shown by path, size and seal; counted; recorded; and then there is nothing to do (promise 6)."""
    planned = desk.plan()
    [change] = planned["changes"]
    shown = {diff["path"]: diff["after"] for diff in change["diffs"]}
    digest = hashlib.sha256(LOA).hexdigest()
    assert shown["options.documents.loa"] == f"papers/loa.pdf ({len(LOA)} bytes, sha256 {digest[:8]}…)"
    assert planned["requests"]["writes"] == 2
    desk.apply()
    assert sorted(uploaded(telnyx)) == [("bill", str(BILL)), ("loa", str(LOA))]
    [entry] = desk.ledger["entries"]
    assert sorted(entry["papers"]) == ["bill", "loa"]
    assert all(seal.startswith("hmac:") for seal in entry["papers"].values())
    assert desk.actions() == {}
    assert desk.call("drift").code == 0


@pytest.mark.parametrize(("status", "again"), [("pending", ["loa"]), ("provisioning", [])])
def test_a_changed_file_is_uploaded_again_while_the_order_takes_papers(
    ordered: Workspace, telnyx: Emulator, status: str, again: list[str]
) -> None:
    """And that paper alone."""
    paper(ordered, "papers/loa.pdf", b"%PDF-1.4 signed this time")
    advance(telnyx, status)
    changes = [change for change in ordered.plan()["changes"] if change["action"] != "noop"]
    assert [(change["action"], change["reason"]) for change in changes] == [("update", "documents")] * len(again)
    for change in changes:
        [diff] = change["diffs"]
        assert (diff["path"], diff["before"]) == ("options.documents.loa", "uploaded")
    ordered.apply()
    assert uploaded(telnyx)[2:] == [(name, "another") for name in again]
    assert ordered.actions() == {}


def test_a_refused_paper_is_not_sent_again_as_it_is(ordered: Workspace, telnyx: Emulator) -> None:
    """It would be refused again: a person must put another file in its place."""
    advance(telnyx, "loa_file_invalid")
    planned = ordered.call("plan", "--format", "json")
    [refused] = said(planned, "hosted-document-refused")
    assert refused["source"]["file"] == "manifests.yaml"
    assert "the same one is not sent again" in refused["hint"]
    assert said(ordered.call("status", "--format", "json"), "hosted-document-refused")
    ordered.apply()
    assert telnyx.writes() == []
    paper(ordered, "papers/loa.pdf", b"%PDF-1.4 signed this time")
    ordered.apply()
    assert telnyx.rows("messaging_hosted_number_orders")[0]["status"] == "pending"


@pytest.mark.parametrize(("status", "names"), [("loa_file_invalid", ["loa", "bill"]), ("provisioning", [])])
def test_without_the_ledger_only_what_the_order_waits_for_is_uploaded(
    ordered: Workspace, telnyx: Emulator, status: str, names: list[str]
) -> None:
    """No request tells which papers an order has (promise 9)."""
    advance(telnyx, status)
    (ordered.folder / ".reconciler" / "default.ledger.json").unlink()
    assert ordered.call("drift").code == 0
    ordered.apply("--allow-adopt")
    assert sorted(name for name, _ in uploaded(telnyx)[2:]) == sorted(names)
    assert ordered.actions() == {}


def test_one_paper_alone_is_told_and_uploaded(workspace: Workspace, telnyx: Emulator) -> None:
    """The order would never progress."""
    paper(workspace, "loa.pdf", LOA)
    workspace.declare(order(FIRST, documents={"loa": "loa.pdf"}))
    workspace.apply()
    planned = workspace.call("plan", "--format", "json")
    [missing] = said(planned, "hosted-documents-missing")
    assert (planned.code, missing["severity"]) == (0, "warning")
    assert f"reconciler hosted documents {ADDRESS} --bill" in missing["hint"]


def test_commands_name_the_account(workspace: Workspace) -> None:
    """A bare one would speak about another account, or about none."""
    workspace.write("accounts: {acme: {rate: 1000}}", "reconciler.yaml")
    paper(workspace, "loa.pdf", LOA)
    workspace.declare(order(FIRST, documents={"loa": "loa.pdf"}))
    workspace.apply("--account", "acme")
    told = workspace.call("status", "--account", "acme")
    assert f"reconciler hosted documents {ADDRESS} --bill FILE.pdf --account acme" in told.words


@pytest.mark.parametrize("fault", ["drop-after", "broken-json"])
def test_a_lost_answer_is_never_sent_again_by_the_same_run(desk: Workspace, telnyx: Emulator, fault: str) -> None:
    """Exit 4; the next plan looks at the order, which still waits, and then uploads once more."""
    telnyx.fault(f"POST {UPLOAD} 1 {fault}")
    ended = desk.call("apply", "--auto-approve", "--format", "json")
    assert ended.code == 4
    [outcome] = ended.document["outcomes"]
    assert (outcome["outcome"], outcome["error"]["code"]) == ("failed", "unknown-outcome")
    assert len(telnyx.rows("messaging_hosted_number_orders")) == 1
    assert len(uploaded(telnyx)) == 2, "once"
    assert [change["reason"] for change in desk.plan()["changes"]] == ["documents"]
    desk.apply()
    assert desk.actions() == {}


def test_after_a_lost_answer_nothing_is_sent_to_an_order_that_moved_on(desk: Workspace, telnyx: Emulator) -> None:
    """It got what it needed."""
    telnyx.fault(f"POST {UPLOAD} 1 drop-after")
    assert desk.call("apply", "--auto-approve").code == 4
    advance(telnyx, "loa_file_successful")
    assert desk.actions() == {}


def test_an_order_that_takes_no_more_papers_fails_that_change_alone(desk: Workspace, telnyx: Emulator) -> None:
    """The order is ours and live, whatever became of its papers."""
    telnyx.fault(f"POST {UPLOAD} 1 status-before=422")
    ended = desk.call("apply", "--auto-approve", "--format", "json")
    assert ended.code == 4
    assert desk.recorded == {ADDRESS}
    assert uploaded(telnyx) == []
    desk.apply()
    assert len(uploaded(telnyx)) == 2


def test_a_saved_plan_is_bound_to_the_files(desk: Workspace, telnyx: Emulator) -> None:
    """Another file, or none, is stale: nothing is written."""
    assert desk.call("plan", "--out", "plan.json").code == 0
    paper(desk, "papers/loa.pdf", b"%PDF-1.4 swapped after the review")
    stale = desk.call("apply", "plan.json", "--auto-approve")
    assert (stale.code, "the file of loa is not the one that was reviewed" in stale.err) == (3, True)
    assert telnyx.rows("messaging_hosted_number_orders") == []
    (desk.folder / "papers" / "loa.pdf").unlink()
    assert desk.call("apply", "plan.json", "--auto-approve").code == 1
    paper(desk, "papers/loa.pdf", LOA)
    desk.apply("plan.json")
    assert len(uploaded(telnyx)) == 2


def test_the_fingerprint_covers_the_files(ordered: Workspace) -> None:
    """Two letters of one size are two reviews."""
    prints = []
    for content in (b"%PDF-1.4 one", b"%PDF-1.4 two", b"%PDF-1.4 one"):
        paper(ordered, "papers/loa.pdf", content)
        prints.append(ordered.plan()["fingerprint"])
    assert prints[0] == prints[2] != prints[1]


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "hosted-document-format", "is empty"),
        (b"PK\x03\x04 a word document", "hosted-document-format", "is not a PDF file"),
        (b"%PDF-1.4".ljust(5 * 1024 * 1024 + 1), "hosted-document-format", "is larger than 5 MiB"),
        (None, "unusable-file", "cannot be read: no such file"),
    ],
)
def test_what_is_no_paper_is_found_offline(desk: Workspace, content: bytes | None, code: str, words: str) -> None:
    """At the place of its path."""
    if content is None:
        (desk.folder / "papers" / "bill.pdf").unlink()
    else:
        paper(desk, "papers/bill.pdf", content)
    checked = desk.call("validate", "--format", "json")
    assert checked.code == 1
    [finding] = checked.document["diagnostics"]
    assert (finding["code"], words in finding["summary"]) == (code, True)
    assert "bill.pdf" in (desk.folder / "manifests.yaml").read_text().splitlines()[finding["source"]["line"] - 1]


def test_five_megabytes_pass(desk: Workspace) -> None:
    """To the byte."""
    paper(desk, "papers/bill.pdf", b"%PDF-1.4".ljust(5 * 1024 * 1024))
    assert desk.call("validate").code == 0


def test_a_manifest_cannot_upload_what_lies_outside_of_the_project(desk: Workspace, tmp_path: Path) -> None:
    """Not by an absolute path, not by a relative one, not through a link, and no device."""
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(LOA)
    (desk.folder / "link.pdf").symlink_to(outside)
    (desk.folder / "inside.pdf").symlink_to("papers/loa.pdf")
    for path, finds in {
        str(outside): "lies outside the project folder",
        "../outside.pdf": "lies outside the project folder",
        "link.pdf": "lies outside the project folder",
        "/dev/zero": "lies outside the project folder",
        "papers": "is not a regular file",
        "inside.pdf": None,
    }.items():
        desk.declare(order(FIRST, documents={"loa": path}))
        checked = desk.call("validate", "--format", "json")
        assert [finds in finding["summary"] for finding in checked.document["diagnostics"]] == ([True] if finds else [])
    desk.write("files_from: [../]\naccounts: {default: {rate: 1000}}", "reconciler.yaml")
    desk.declare(order(FIRST, documents={"loa": "link.pdf"}))
    assert desk.call("validate").code == 0, "the project file may let it"


def test_paths_are_relative_to_the_manifest(desk: Workspace) -> None:
    """Wherever the command is typed."""
    (desk.folder / "manifests.yaml").unlink()
    desk.declare(order(FIRST, documents={"loa": "../papers/loa.pdf"}), name="team/desk.yaml")
    assert desk.call("validate").code == 0
    desk.declare(order(FIRST, documents={"loa": "papers/loa.pdf"}), name="team/desk.yaml")
    assert desk.call("validate").code == 1


def test_nothing_shows_what_is_in_a_paper(desk: Workspace, telnyx: Emulator) -> None:
    """No output, log, ledger, history or saved plan; a path from the environment neither (promise 7)."""
    paper(desk, "secret-folder-canary/loa.pdf", LOA)
    desk.environment["PAPER"] = "secret-folder-canary/loa.pdf"
    desk.declare(order(FIRST, documents={"loa": "${env:PAPER}", "bill": "papers/bill.pdf"}))
    told = [desk.call(*words, "--log-level", "debug") for words in _COMMANDS]
    telnyx.fault(f"POST {UPLOAD} 1 status-before=422")
    told += [desk.call("apply", "--auto-approve", "--log-level", "debug", "--format", "json")]
    told += [desk.call("apply", "plan.json", "--auto-approve", "--format", "jsonl")]
    told += [desk.call("apply", "--auto-approve")]
    assert [each.code for each in told[-3:]] == [4, 3, 0]
    told += [desk.call(*words, "--log-level", "debug") for words in _COMMANDS]
    paper(desk, "secret-folder-canary/loa.pdf", b"no letter")
    told += [desk.call("validate")]
    kept = desk.everything_kept() + (desk.folder / "plan.json").read_text("utf-8")
    seen = "".join(each.out + each.err for each in told) + kept
    digest = hashlib.sha256(LOA).hexdigest()
    assert [word for word in ("canary of a", "secret-folder-canary", digest, digest[:12]) if word in seen] == []


_COMMANDS: list[tuple[Any, ...]] = [
    *(("plan", "--format", form) for form in ("text", "json", "html")),
    ("plan", "--out", "plan.json"),
    ("show", "plan.json", "--format", "json"),
    ("history", "--format", "json"),
    ("status", "--format", "json"),
]


DOCUMENTS = ("hosted", "documents", ADDRESS)


def test_the_command_uploads_and_does_nothing_else(ordered: Workspace, telnyx: Emulator, tmp_path: Path) -> None:
    """A file from anywhere, where the manifest names none; the changes of other manifests wait."""
    advance(telnyx, "loa_file_invalid")
    (tmp_path / "signed.pdf").write_bytes(b"%PDF-1.4 signed this time")
    ordered.declare(order(FIRST, documents={"bill": "papers/bill.pdf"}), profile("later"))
    done = ordered.call(*DOCUMENTS, "--loa", "../signed.pdf", "--auto-approve", "--format", "json")
    assert (done.code, [one["outcome"] for one in done.document["outcomes"]]) == (0, ["applied"])
    [row] = telnyx.rows("messaging_hosted_number_orders")
    assert telnyx.writes() == [("POST", f"{ORDERS}/{row['id']}/actions/file_upload")]
    assert uploaded(telnyx)[2:] == [("loa", "another")]
    [run, *_] = ordered.call("history", "--format", "json").document["runs"]
    assert run["command"].startswith("reconciler hosted documents")
    assert [change["address"] for change in run["changes"]] == [ADDRESS]
    assert ordered.actions() == {"MessagingProfile/later": "create"}
    by_name = (*DOCUMENTS[:-1], ADDRESS.partition("/")[2])
    again = ordered.call(*by_name, "--loa", "../signed.pdf", "--auto-approve", "--format", "json")
    assert (again.code, again.codes) == (0, ["already-uploaded"])


@pytest.mark.parametrize(
    ("status", "words", "code", "said_"),
    [
        ("loa_file_invalid", (), 1, "are those that were uploaded and refused"),
        ("provisioning", (), 1, "takes no papers as it is now"),
        ("pending", (), 0, "there is nothing to upload"),
        ("pending", ("--loa", "papers/bill.pdf"), 64, "another file than the one that the manifest"),
        ("pending", ("--loa", "manifests.yaml"), 64, "is not a PDF file"),
        ("pending", ("--loa", "nowhere.pdf"), 64, "no such file"),
    ],
)
def test_what_would_be_no_use_is_not_uploaded(
    ordered: Workspace, telnyx: Emulator, status: str, words: tuple[str, ...], code: int, said_: str
) -> None:
    """And it says why."""
    advance(telnyx, status)
    ended = ordered.call(*DOCUMENTS, *words, "--auto-approve")
    assert (ended.code, telnyx.writes()) == (code, [])
    assert said_ in ended.out + ended.err


def test_the_command_wants_an_order_that_is_recorded_and_takes_papers(desk: Workspace) -> None:
    """An order that is yet to be placed takes its papers along."""
    assert "records no" in desk.call(*DOCUMENTS, "--auto-approve").err
    assert "only HostedNumberOrder does" in desk.call("hosted", "documents", "ShortCode/x", "--auto-approve").err
    desk.apply()
    desk.declare(profile("alone"))
    assert "no manifest that was read declares it" in desk.call(*DOCUMENTS, "--auto-approve").err
    desk.declare(order(FIRST))
    unnamed = desk.call(*DOCUMENTS, "--auto-approve")
    assert unnamed.code == 64
    assert f"reconciler hosted documents {ADDRESS} --loa FILE.pdf --bill FILE.pdf\n" in unnamed.err
    desk.declare({**order(FIRST), "lifecycle": {"prevent_destroy": True}})
    more = desk.call(*DOCUMENTS, "--loa", "papers/loa.pdf", "--auto-approve")
    assert (more.code, "has other changes to make (record)" in more.err) == (1, True)


def test_a_kill_after_the_upload_leaves_one_order_with_its_papers(desk: Workspace, telnyx: Emulator) -> None:
    """The order is recorded before its papers are sent; sent and not recorded, they are sent once more."""
    telnyx.fault(f"POST {UPLOAD} 1 hold-after")
    with desk.start("apply", "--auto-approve") as killed:
        deadline = time.monotonic() + SECONDS
        while not any(path.endswith("file_upload") for _, path in telnyx.writes()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        killed.kill()
    telnyx.fault()
    assert [change["reason"] for change in desk.plan()["changes"]] == ["documents"]
    desk.apply()
    assert desk.actions() == {}
    assert (len(telnyx.rows("messaging_hosted_number_orders")), len(uploaded(telnyx))) == (1, 4)


def test_a_saved_plan_that_was_cut_short_carries_on_with_the_papers(desk: Workspace, telnyx: Emulator) -> None:
    """The create is done: what is left of the plan is the upload that was reviewed."""
    desk.call("plan", "--out", "plan.json")
    telnyx.fault(f"POST {UPLOAD} 1 drop-after")
    assert desk.call("apply", "plan.json", "--auto-approve").code == 4
    left = desk.call("apply", "plan.json", "--auto-approve")
    assert left.code == 0, left.out + left.err
    assert desk.actions() == {}
