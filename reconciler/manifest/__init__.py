"""From bytes to resources: reads manifests and ``reconciler.yaml``, and says everything that is wrong with them.

The only importer of yaml. Works offline and knows no kind by name: the kinds come in as an argument.
"""

from reconciler.manifest.envelope import API_VERSION, document_model
from reconciler.manifest.loading import Loaded, load
from reconciler.manifest.project import DEFAULT_ACCOUNT, find_project
from reconciler.manifest.project_file import ProjectFile
from reconciler.manifest.refilling import refilled

__all__ = [
    "API_VERSION",
    "DEFAULT_ACCOUNT",
    "Loaded",
    "ProjectFile",
    "document_model",
    "find_project",
    "load",
    "refilled",
]
