"""From bytes to resources, and from documents to YAML: says everything that is wrong with what it reads.

The only importer of yaml. Works offline and knows no kind by name: the kinds come in as an argument.
"""

from reconciler.manifest.discovery import TOOL_FOLDERS
from reconciler.manifest.emitting import yaml_text
from reconciler.manifest.envelope import API_VERSION, document_model
from reconciler.manifest.loading import Loaded, load
from reconciler.manifest.project import find_project
from reconciler.manifest.project_file import ProjectFile
from reconciler.manifest.refilling import refilled

__all__ = [
    "API_VERSION",
    "TOOL_FOLDERS",
    "Loaded",
    "ProjectFile",
    "document_model",
    "find_project",
    "load",
    "refilled",
    "yaml_text",
]
