"""`python -m reconciler.sandbox`: the emulator as a process, for tests that kill it."""

import argparse
import json
import sys
from pathlib import Path

from reconciler.sandbox.app import create_app
from reconciler.sandbox.server import serve


def main() -> int:
    """Parse arguments and serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m reconciler.sandbox", description="A small Telnyx.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
    parser.add_argument("--db", default=":memory:", metavar="FILE", help="keep the data here")
    parser.add_argument("--seed", type=Path, metavar="FILE", help="JSON rows that new accounts begin with")
    parser.add_argument("--fault", action="append", default=[], metavar='"METHOD PATH OCCURRENCE EFFECT"')
    parser.add_argument("--quirk", action="append", default=[])
    parser.add_argument("--rps", type=float, help="requests per second, endpoint and key")
    parser.add_argument("--latency", type=float, default=0.0, metavar="MS")
    args = parser.parse_args()
    try:
        app = create_app(
            database=args.db,
            seed=json.loads(args.seed.read_text("utf-8")) if args.seed else None,
            faults=args.fault,
            quirks=args.quirk,
            rps=args.rps,
            latency_ms=args.latency,
        )
    except (ValueError, OSError) as error:
        parser.error(str(error))

    def ready(port: int) -> None:
        sys.stderr.write(f"listening on http://{args.host}:{port}/v2\n")
        sys.stderr.flush()

    try:
        serve(app, host=args.host, port=args.port, ready=ready)
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
