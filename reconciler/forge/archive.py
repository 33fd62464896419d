"""The files of an artifact, out of the zip archive that it comes as. Writes nothing, so no name in it matters."""

from __future__ import annotations

import io
import zipfile
import zlib

from reconciler.errors import PlanRefused
from reconciler.forge.forge import LARGEST_ARTIFACT

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""What the forges pack by. The unpackers of the others have errors of their own, and need more memory."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError, ValueError)
"""What zipfile raises for what is no archive; IndexError is for a file without a name."""


def files_in(archive: bytes, *, largest: int = LARGEST_ARTIFACT) -> dict[str, bytes]:
    """Name → content, of ``largest`` bytes together at most.

    Raises PlanRefused for what is no archive, or would be too large unpacked.
    """
    found: dict[str, bytes] = {}
    left = largest
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            for entry in opened.infolist():
                if entry.is_dir():
                    continue
                _check_method(entry)
                with opened.open(entry) as stream:
                    found[entry.filename] = stream.read(left + 1)
                left -= len(found[entry.filename])
                if left < 0:
                    raise PlanRefused("the artifact is larger than any plan", code="plan-truncated")
    except _BROKEN as error:
        raise PlanRefused(
            f"the artifact is no whole zip archive ({type(error).__name__})",
            hint="run the job again; if it stays so, plan again",
            code="plan-truncated",
        ) from None
    return found


def _check_method(entry: zipfile.ZipInfo) -> None:
    if entry.compress_type not in _METHODS:
        raise NotImplementedError
