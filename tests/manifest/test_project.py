"""``reconciler.yaml``: found upwards, strict, every finding at once."""

from __future__ import annotations

from datetime import date

import pytest

from reconciler.errors import InvalidInput
from reconciler.manifest import find_project
from reconciler.model.account import Account, Project
from reconciler.model.drift_rule import IgnoreRule
from reconciler.model.location import BucketLocation, FolderLocation, HttpLocation
from reconciler.model.source import Source

from .folder import Folder, lines


def test_a_project_is_found_upwards(folder: Folder) -> None:
    """The nearest file wins; its folder is the root."""
    file = folder.write(
        "reconciler.yaml",
        """\
project: shop
accounts:
  prod:
    paths: [prod, shared]
    key_variable: PROD_KEY
    base_url: https://api.example.com/v2
    rate: 4
    guards: {allow: [mass-vanish, "spend:MessagingProfile/a"]}
  test: {}
""",
    )
    below = folder.root / "a" / "b"
    below.mkdir(parents=True)
    prod = Account(
        "prod",
        paths=("prod", "shared"),
        key_variable="PROD_KEY",
        base_url="https://api.example.com/v2",
        rate=4.0,
        allowed_guards=("mass-vanish", "spend:MessagingProfile/a"),
        guard_sources=(Source("reconciler.yaml", 8, 22), Source("reconciler.yaml", 8, 35)),
    )
    accounts = {"prod": prod, "test": Account("test")}
    assert find_project(below) == Project(root=folder.root, name="shop", file=file, accounts=accounts)


def test_without_a_file_there_is_one_account(folder: Folder) -> None:
    """The start folder is the project, its account comes from the environment."""
    assert find_project(folder.root) == Project(root=folder.root, accounts={"default": Account("default")})


@pytest.mark.parametrize("content", ["", "# later\n", "project: default\n", "accounts: {}\n"])
def test_an_empty_file_only_marks_the_folder(folder: Folder, content: str) -> None:
    """Every key may be left out."""
    file = folder.write("reconciler.yaml", content)
    assert find_project(folder.root) == Project(root=folder.root, file=file, accounts={"default": Account("default")})


def test_people_have_names(folder: Folder) -> None:
    """By the id that the audit log has; how its letters are written makes no difference."""
    folder.write("reconciler.yaml", "people:\n  6F1B3A52-0000-4000-8000-00000000a11a: Anna Ek\n")
    assert find_project(folder.root).people == {"6f1b3a52-0000-4000-8000-00000000a11a": "Anna Ek"}


GOLDEN = {
    """\
projet: x
accounts:
  sandbox: {}
  "a b": {}
  prod: {paths: prod, rate: 0, key_variable: "A B", guard: {}, guards: {alow: []}}
""": """\
reconciler.yaml:1:1: error: unknown field "projet" in the document [unknown-field] | did you mean "project"?
reconciler.yaml:3:3: error: the account "sandbox" is built in [reserved-name] | choose another name
reconciler.yaml:4:3: error: "a b" is not a name [invalid-name] | letters, digits, dots, hyphens and underscores; \
the first a letter or digit; at most 100
reconciler.yaml:5:17: error: accounts.prod.paths must be a list, not the string "prod" [wrong-type] | \
write a list: ["prod"]
reconciler.yaml:5:29: error: accounts.prod.rate must be greater than 0, not 0 [invalid-value]
reconciler.yaml:5:46: error: accounts.prod.key_variable must match pattern '^[A-Za-z_][A-Za-z0-9_]*$', not "A B" \
[invalid-value]
reconciler.yaml:5:53: error: unknown field "guard" in accounts.prod [unknown-field] | did you mean "guards"?
reconciler.yaml:5:73: error: unknown field "alow" in accounts.prod.guards [unknown-field] | did you mean "allow"?
""",
    """\
people:
  anna@example.com: Anna
  6f1b3a52-0000-4000-8000-00000000a11a: 7
  6f1b3a52-0000-4000-8000-00000000a11b: ""
""": """\
reconciler.yaml:2:3: error: "anna@example.com" is not the id of a user [invalid-value] | write user_id as the audit \
log has it, a UUID; drift shows those that it cannot name
reconciler.yaml:3:41: error: people.6f1b3a52-0000-4000-8000-00000000a11a must be a string, not the number 7 \
[wrong-type] | quote it: "7"
reconciler.yaml:4:41: error: people.6f1b3a52-0000-4000-8000-00000000a11b must have at least 1 character, not "" \
[invalid-value]
""",
    "- x\n": """\
reconciler.yaml:1:1: error: the document must be a mapping, not a list [wrong-type]
""",
    "project: a\n---\nproject: b\n": """\
reconciler.yaml:3:1: error: one document is enough here [syntax] | remove the second ---
""",
    "project: [\n": """\
reconciler.yaml:2:1: error: did not find expected node content [syntax] | while parsing a flow node, line 2
""",
}


@pytest.mark.parametrize("content", GOLDEN, ids=[str(number) for number in range(len(GOLDEN))])
def test_a_wrong_file_is_explained(folder: Folder, content: str) -> None:
    """Strict like the manifests, with the same words."""
    folder.write("reconciler.yaml", content)
    with pytest.raises(InvalidInput) as raised:
        find_project(folder.root)
    assert "".join(f"{finding}\n" for finding in lines(raised.value.diagnostics)) == GOLDEN[content]


RULES = """\
drift:
  ignore:
    - {address: MessagingProfile/a, reason: run by hand}
    - field: webhook_*
      reason: moving
      expires: 2026-12-31
"""


def test_rules_about_drift_have_their_places(folder: Folder) -> None:
    """For every account; a day is written like one, quoted or not."""
    folder.write("reconciler.yaml", RULES)
    by_hand, moving = find_project(folder.root).ignored_drift
    assert by_hand == IgnoreRule(
        address="MessagingProfile/a", reason="run by hand", source=Source("reconciler.yaml", 3, 7)
    )
    assert moving == IgnoreRule(
        field="webhook_*", reason="moving", expires=date(2026, 12, 31), source=Source("reconciler.yaml", 4, 7)
    )


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{address: a/b}", 'reconciler.yaml:3:7: error: drift.ignore[0] needs "reason" [missing-field]'),
        ("{address: a/b, reason: ''}", "must have at least 1 character"),
        ("{reason: x}", "reconciler.yaml:3:7: error: a rule names an address, a field, or both [missing-field]"),
        ("{reason: x, field: ''}", "must have at least 1 character"),
        (
            "{reason: x, address: marketing}",
            'this can be no address [invalid-value] | write Kind/name, or "*/marketing"',
        ),
        ("{reason: x, field: a, expires: soon}", "must match pattern"),
        ("{reason: x, field: a, expires: 2026-02-30}", "there is no such day [invalid-value] | write YYYY-MM-DD"),
        ("{reason: x, field: a, expires: 2026}", "drift.ignore[0].expires must be a string, not the number 2026"),
        ("{reason: x, fields: a}", 'unknown field "fields" in drift.ignore[0] [unknown-field] | did you mean "field"?'),
        ("{reason: x, address: null}", "drift.ignore[0].address must be a string, not null"),
    ],
)
def test_a_rule_about_drift_that_means_nothing(folder: Folder, rule: str, message: str) -> None:
    """Strict: a rule that is misread would hide drift."""
    folder.write("reconciler.yaml", f"drift:\n  ignore:\n    - {rule}\n")
    with pytest.raises(InvalidInput) as refused:
        find_project(folder.root)
    told = lines(refused.value.diagnostics)
    assert any(message in line for line in told), told


def test_an_unreadable_file_is_not_overlooked(folder: Folder) -> None:
    """A dead link named reconciler.yaml is an error, not a project without one."""
    (folder.root / "reconciler.yaml").symlink_to("nowhere")
    with pytest.raises(InvalidInput) as raised:
        find_project(folder.root)
    assert lines(raised.value.diagnostics) == [
        "reconciler.yaml:1:1: error: the file cannot be read: no such file or directory [unreadable-file]"
    ]


@pytest.mark.parametrize(
    ("settings", "location"),
    [
        ("ledger: 'file:ledgers'", FolderLocation("ledgers")),
        ("ledger: 'file:/srv/ledgers'", FolderLocation("/srv/ledgers")),
        ("ledger: s3://acme/telnyx/prod/", BucketLocation("s3", "acme", "telnyx/prod")),
        ("ledger: az://acme", BucketLocation("az", "acme")),
        ("ledger: gs://acme/a", BucketLocation("gs", "acme", "a")),
        ("ledger: https://tf.example.com/state", HttpLocation("https://tf.example.com/state")),
        (
            """\
ledger: https://git.example.com/s,
ledger_lock: {address: https://git.example.com/s/lock, method: POST, unlock_method: DELETE}""",
            HttpLocation("https://git.example.com/s", "https://git.example.com/s/lock", "POST", "DELETE"),
        ),
        ("ledger: 'http://127.0.0.1:8080/s'", HttpLocation("http://127.0.0.1:8080/s")),
        (
            "ledger: https://git.example.com/s, ledger_lock: {method: PUT}",
            HttpLocation("https://git.example.com/s", "", "PUT", "UNLOCK"),
        ),
    ],
)
def test_where_the_ledger_lives(folder: Folder, settings: str, location: object) -> None:
    """Each spelling, as what it means."""
    folder.write("reconciler.yaml", f"accounts: {{prod: {{{settings}}}}}")
    assert find_project(folder.root).accounts["prod"].ledger == location


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("ledger: ledgers", "1:27: error: a ledger is file:FOLDER, s3://BUCKET/PREFIX"),
        ("ledger: 'file:'", "file: is followed by a folder"),
        ("ledger: s3://", "followed by the name of a bucket"),
        ("ledger: s3://acme/../x", "plain names"),
        ("ledger: ftp://acme/x", "a ledger is file:FOLDER"),
        ("ledger: 'https://me:hunter2@tf.example.com/state'", "holds no user name"),
        ("ledger: 'az://acme/x?sig=hunter2'", "holds no user name, query"),
        ("ledger: s3://acme, ledger_lock: {method: POST}", "only a ledger at an http address has a ledger_lock"),
        ("ledger: http://tf.example.com/state", "unencrypted: write https"),
        ("ledger_lock: {method: POST}", "only a ledger at an http address has a ledger_lock"),
        (
            "ledger: https://a.example.com/s, ledger_lock: {address: https://b.example.com/s}",
            "ledger_lock.address is on another server",
        ),
        (
            "ledger: https://a.example.com/s, ledger_lock: {address: http://a.example.com/s}",
            "ledger_lock.address is on another server",
        ),
        ("ledger: https://a.example.com/s, ledger_lock: {method: post}", "must match pattern"),
    ],
)
def test_a_ledger_that_can_be_nowhere(folder: Folder, settings: str, message: str) -> None:
    """The place in the file and the forms there are; what may be a password is not repeated."""
    folder.write("reconciler.yaml", f"accounts: {{prod: {{{settings}}}}}")
    with pytest.raises(InvalidInput) as refused:
        find_project(folder.root)
    [line] = lines(refused.value.diagnostics)
    assert message in line
    assert line.startswith("reconciler.yaml:1:")
    assert "hunter2" not in line
