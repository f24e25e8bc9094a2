"""The API's process: ``python -m assay.runtime.api_process FD``, where FD is the listening socket."""

from __future__ import annotations

import socket
import sys

from assay.runtime.process import Orders, run_child, say_up
from assay.runtime.server import serve_api
from assay.service.engine import Engine


async def serve(engine: Engine, orders: Orders) -> None:
    """Serve on the socket that we inherited."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    await serve_api(
        engine,
        listening,
        orders.plan.grpc,
        serving=say_up,
        ready=orders.ready,
        stop=orders.stop,
        metrics_bind=orders.plan.metrics_bind,
    )


if __name__ == "__main__":
    run_child(serve)
