"""octoDNS doing the like: planning records that are already as they should be, from YAML against YAML."""

from __future__ import annotations

from pathlib import Path

from benchmarks.processes import Command, script

_CONFIG = """
providers:
  desired: {class: octodns.provider.yaml.YamlProvider, directory: ./desired, default_ttl: 300, enforce_order: false}
  live: {class: octodns.provider.yaml.YamlProvider, directory: ./live, default_ttl: 300, enforce_order: false}
zones:
  example.com.: {sources: [desired], targets: [live]}
"""
_RECORD = """host-{number:05}:
  type: A
  ttl: 300
  values:
    - 192.0.2.{host}
    - 198.51.100.{host}
"""


def octodns(size: int, folder: Path) -> Command:
    """A folder with ``size`` A records on both sides, and the command that plans them."""
    zone = "".join(_RECORD.format(number=number, host=number % 250) for number in range(size))
    for side in ("desired", "live"):
        (folder / side).mkdir(parents=True)
        (folder / side / "example.com.yaml").write_text(f"---\n{zone}", "utf-8")
    (folder / "config.yaml").write_text(_CONFIG, "utf-8")
    return Command(arguments=(script("octodns-sync"), "--quiet", "--config-file", "config.yaml"), folder=folder)
