#!/usr/bin/env bash
# The main job, start to end, on the embedded sandbox: no account, no key, no network.
set -euo pipefail

demo=$(mktemp -d)
trap 'rm -rf "$demo"' EXIT
cp "$(dirname "$0")/demo.yaml" "$demo/"
cd "$demo"

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
say() { printf '\n%s# %s%s\n' "$bold" "$1" "$plain"; }
show() { # as it would be typed
  printf '%s$' "$bold"
  printf ' %q' "$@"
  printf '%s\n' "$plain"
}
run() { # run EXIT COMMAND…: show the command, run it, insist on its exit code
  local expected=$1 code=0
  shift
  show "$@"
  "$@" || code=$?
  if [ "$code" -ne "$expected" ]; then
    echo "exit $code, expected $expected" >&2
    exit 1
  fi
}

say "Check the manifests, offline"
run 0 reconciler validate
say "What would change?"
run 0 reconciler plan --account sandbox
say "Make it so"
run 0 reconciler apply --account sandbox --auto-approve
say "A second plan is empty"
run 0 reconciler plan --account sandbox --detailed-exitcode
say "Somebody edits the account behind our back"
edit=(reconciler sandbox edit messaging_profiles "Acme Alerts" webhook_url=https://elsewhere.example.net/hook)
show "${edit[@]}"
"${edit[@]}" >/dev/null
say "Drift is found and named (exit 2)"
run 2 reconciler drift --account sandbox
say "Put it back"
run 0 reconciler apply --account sandbox --auto-approve
say "Where do we stand?"
run 0 reconciler status --account sandbox
say "Remove everything that is ours"
run 0 reconciler destroy --account sandbox --auto-approve
