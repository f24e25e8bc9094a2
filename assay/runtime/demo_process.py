"""The process that loads the demo: ``python -m assay.runtime.demo_process``; reads ``{"url", "api_key"}``."""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

from assay.client.client import Client
from assay.runtime.log import log_to_standard_error


def main() -> None:
    """Load the sample projects as any user of the SDK would."""
    log_to_standard_error()
    admin = json.loads(sys.stdin.readline())
    demo: Any = importlib.import_module("assay.demo")  # by name: an installation may come without it
    with Client(admin["url"], admin["api_key"]) as client:
        demo.load(client, report=say, pause=time.sleep)
    say("the sample projects are there")


def say(line: str) -> None:
    """A line for the operator."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
