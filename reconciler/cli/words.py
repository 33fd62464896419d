"""Words that people bring along from Terraform, Pulumi, kubectl, Ansible and octodns, and ours for the same job.

Each answer is the second half of ``there is no command "fmt"; …`` or ``there is no option "-var"; …`` and names nothing
that does not exist here: a test reads every row.
"""

from __future__ import annotations

from collections.abc import Mapping

_PLAN = "reconciler plan shows what would change"
_APPLY = "reconciler apply makes the account as the manifests say"
_ONLY = "--only KIND/NAME plans one resource and what it depends on"
_ACCOUNT = "--account NAME chooses the account"
_VARIABLES = "write ${var:NAME}, ${env:NAME} or ${file:PATH} in the manifest; reconciler.yaml declares variables"
_KEY = "the API key is read from TELNYX_API_KEY, or from the variable that reconciler.yaml names"
_TREE = "references between manifests say what comes first; reconciler plan --format json lists depends_on"
_DESTROY = "reconciler destroy removes everything that is recorded; one object goes with its manifest"
_LEDGER = "reconciler ledger looks after what is recorded as ours: ledger list, ledger show, ledger forget"
_FILES = "give files and folders as PATHS, or - for standard input"
_FORMAT = "--format json prints for programs, and --out FILE saves a plan"

OTHER_COMMANDS: Mapping[str, str] = {
    # looking
    "diff": _PLAN,
    "preview": _PLAN,
    "compare": _PLAN,
    "refresh": "reconciler drift shows what changed in the account; every plan looks anew",
    "get": "reconciler ledger list shows what is recorded, and reconciler status how it stands",
    "list": "reconciler ledger list shows what is recorded",
    "output": "reconciler ledger list shows the ids of what is recorded",
    "outputs": "reconciler ledger list shows the ids of what is recorded",
    "describe": "reconciler ledger show KIND/NAME tells what is recorded; reconciler explain KIND tells what there is",
    "report": "reconciler status tells how the account stands",
    "logs": "reconciler history tells what was done, when and by whom",
    "log": "reconciler history tells what was done, when and by whom",
    "graph": _TREE,
    "query": "reconciler ledger list --format json is made for queries",
    # writing
    "up": _APPLY,
    "update": _APPLY,
    "deploy": _APPLY,
    "sync": _APPLY,
    "create": f"write a manifest; {_APPLY}",
    "edit": f"edit the manifest; {_APPLY}",
    "set": f"edit the manifest; {_APPLY}",
    "patch": f"edit the manifest; {_APPLY}",
    "replace": f"edit the manifest; {_APPLY}, and replaces an object only where the API cannot update it",
    "taint": "nothing is replaced on demand; delete the object in the portal, and reconciler apply creates it again",
    "untaint": "nothing is ever tainted; reconciler plan shows what would be replaced, and why",
    "rollout": "reconciler apply of an earlier commit brings its settings back",
    "rollback": "reconciler apply of an earlier commit brings its settings back",
    "down": _DESTROY,
    "delete": _DESTROY,
    "rm": _DESTROY,
    "remove": _DESTROY,
    "playbook": _APPLY,
    # what is ours
    "import": "reconciler export writes manifests of what is live and records it as ours; "
    "reconciler adopt records what has a manifest already, and ADDRESS=REMOTE_ID says which object",
    "state": _LEDGER,
    "stack": f"{_ACCOUNT}; {_LEDGER}",
    "forget": "reconciler ledger forget KIND/NAME lets go of an object and leaves it as it is",
    "mv": "change metadata.name, and reconciler plan finds the rename; metadata.renamed_from says it",
    "move": "change metadata.name, and reconciler plan finds the rename; metadata.renamed_from says it",
    "rename": "change metadata.name, and reconciler plan finds the rename; metadata.renamed_from says it",
    "unlock": "reconciler ledger unlock ends the lock of a run that is dead",
    "force-unlock": "reconciler ledger unlock ends the lock of a run that is dead",
    "cancel": "press Ctrl-C in the run itself; reconciler ledger unlock ends the lock of one that is dead",
    # the project
    "new": "reconciler init begins a project",
    "setup": "reconciler init begins a project",
    "workspace": _ACCOUNT,
    "env": _ACCOUNT,
    "config": "reconciler.yaml holds the settings; reconciler init writes one with every key explained",
    "login": _KEY,
    "logout": _KEY,
    "auth": _KEY,
    "vault": "write ${env:NAME} or ${file:PATH} in the manifest; the value is a secret from then on",
    "lint": "reconciler validate checks manifests offline",
    "check": "reconciler validate checks manifests offline",
    "test": "reconciler validate checks manifests offline; reconciler apply --rehearse tries a plan on a copy",
    "fmt": "manifests are YAML, which any YAML formatter formats; reconciler validate checks them",
    "format": "manifests are YAML, which any YAML formatter formats; reconciler validate checks them",
    "console": "reconciler explain KIND.FIELD tells what a field accepts",
    "docs": "reconciler explain KIND.FIELD tells what a field accepts",
    "api-resources": "reconciler explain lists the kinds",
    "providers": "there is one API here; reconciler explain lists its kinds",
    "modules": f"there are no modules; any generator of YAML can be piped in: {_FILES}",
    "kustomize": f"any generator of YAML can be piped in: {_FILES}",
    "version": "reconciler --version tells it",
    "help": "reconciler --help tells what there is, and reconciler COMMAND --help more",
}
"""Commands of other tools."""

_AGREE = "--auto-approve answers every question with yes"
_REFUSED = "--allow GUARD, --max-deletes or --allow-adopt lift what a refusal names"
_REFRESH = "every plan looks at the account anew; reconciler drift shows what changed there"

ALL_ACCOUNTS = f"this command works on one account; {_ACCOUNT}"
"""Of our own ``--all-accounts``, where it is not taken."""

OTHER_OPTIONS: Mapping[str, str] = {
    "--dry-run": f"{_PLAN}; reconciler apply --rehearse tries it on a copy",
    "--check": _PLAN,
    "--diff": _PLAN,
    "--noop": _PLAN,
    "-refresh-only": _REFRESH,
    "-refresh": _REFRESH,
    "--refresh": _REFRESH,
    "-target": _ONLY,
    "--target": _ONLY,
    "-t": _ONLY,
    "--limit": _ONLY,
    "--tags": _ONLY,
    "-l": _ONLY,
    "--selector": _ONLY,
    "-replace": "nothing is replaced on demand; delete the object in the portal, and reconciler apply creates it again",
    "-out": "--out FILE saves the plan",
    "-o": _FORMAT,
    "--output": _FORMAT,
    "-json": _FORMAT,
    "--json": _FORMAT,
    "-destroy": "reconciler destroy removes everything that is recorded",
    "-auto-approve": _AGREE,
    "--yes": _AGREE,
    "-y": _AGREE,
    "--doit": _AGREE,
    "--skip-preview": _AGREE,
    "-input": _AGREE,
    "--force": _REFUSED,
    "--grace-period": _REFUSED,
    "-var": _VARIABLES,
    "-var-file": _VARIABLES,
    "--var": _VARIABLES,
    "--set": _VARIABLES,
    "--extra-vars": _VARIABLES,
    "-e": _VARIABLES,
    "-f": _FILES,
    "--filename": _FILES,
    "-k": _FILES,
    "-R": "folders are read whole, with the folders in them",
    "--recursive": "folders are read whole, with the folders in them",
    "-chdir": "reconciler.yaml is found upwards from the current folder: change into the project first",
    "--config-file": "reconciler.yaml is found upwards from the current folder: change into the project first",
    "--stack": _ACCOUNT,
    "-s": _ACCOUNT,
    "-n": _ACCOUNT,
    "--namespace": _ACCOUNT,
    "--context": _ACCOUNT,
    "-i": _ACCOUNT,
    "--inventory": _ACCOUNT,
    "-backend-config": "ledger in reconciler.yaml says where the ledger lives",
    "-state": "ledger in reconciler.yaml says where the ledger lives",
    "-lock": "an account is always locked while it is written; --lock-timeout SECONDS waits for it",
    "-lock-timeout": "--lock-timeout SECONDS waits for whoever holds the account",
    "-parallelism": "rate in reconciler.yaml says how many requests a second an account takes",
    "--parallel": "rate in reconciler.yaml says how many requests a second an account takes",
    "--forks": "rate in reconciler.yaml says how many requests a second an account takes",
    "-detailed-exitcode": "reconciler plan --detailed-exitcode exits with 2 when there are changes",
    "--expect-no-changes": "reconciler plan --detailed-exitcode exits with 2 when there are changes",
    "-no-color": "the variable NO_COLOR switches colours off",
    "--no-color": "the variable NO_COLOR switches colours off",
    "--color": "the variable NO_COLOR switches colours off",
    "-v": "--log-level debug tells every request on standard error; --format json tells everything",
    "--verbose": "--log-level debug tells every request on standard error; --format json tells everything",
    "-w": "nothing is watched; reconciler drift runs on a schedule",
    "--watch": "nothing is watched; reconciler drift runs on a schedule",
    "-generate-config-out": "reconciler init begins a project, and reconciler plan adopts what has a manifest",
}
"""Options of other tools."""
