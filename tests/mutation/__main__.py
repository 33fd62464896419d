"""Hold what ``mutmut run`` left in ``mutants/`` against the judged survivors; exit code 1 names the new ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from tests.mutation.judged import CAUGHT, SURVIVED, UNKNOWN, Ran, change_of, judgements, report

OUTCOMES = {
    "killed": CAUGHT,
    "timeout": CAUGHT,
    "segfault": CAUGHT,
    "caught by type check": CAUGHT,
    "survived": SURVIVED,
    "no tests": SURVIVED,
}
"""Whatever else the tool says of a mutant, it did not come to an end."""


def _ran() -> Iterator[Ran]:
    for path in walk_mutatable_files():
        mutants = SourceFileMutationData(path=path)
        mutants.load()
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for name, exit_code in mutants.exit_code_by_key.items():
            function, owner = orig_function_and_class_names_from_key(name)
            outcome = OUTCOMES.get(status_by_exit_code[exit_code], UNKNOWN)
            change = change_of(get_diff_for_mutant(name, path=path)) if outcome == SURVIVED else ""
            yield Ran(".".join(part for part in (module, owner, function) if part), change, outcome)


if __name__ == "__main__":
    lines, judged = report(_ran(), judgements())
    sys.stdout.write("\n".join([*lines, ""]))
    sys.exit(not judged)
