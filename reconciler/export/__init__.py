"""From what an account holds to the manifests that a person would have written. Pure: no files, no YAML, no requests.

Knows no kind by name: what a field means, what its default is and what it must not show stands in its declaration.
"""

from reconciler.export.composing import compose
from reconciler.export.selecting import Selection, View, children, collections, parents
from reconciler.export.terraform import TerraformState, read_state
from reconciler.export.variables import VariableNames, prefix_of

__all__ = [
    "Selection",
    "TerraformState",
    "VariableNames",
    "View",
    "children",
    "collections",
    "compose",
    "parents",
    "prefix_of",
    "read_state",
]
