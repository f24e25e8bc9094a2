"""``python -m assay.demo [DIR]``: load the sample projects into the server that runs on a folder.

Without DIR the server is found as the SDK finds it: by ``ASSAY_URL`` and ``ASSAY_API_KEY``.
"""

from __future__ import annotations

import sys
import time

from assay.client.client import Client
from assay.demo import load


def main() -> None:
    """Load what is not there yet, a line for each project."""
    with Client(credentials=sys.argv[1] if len(sys.argv) > 1 else None) as client:
        load(client, report=lambda line: print(line, flush=True), pause=time.sleep)  # noqa: T201


if __name__ == "__main__":
    main()
