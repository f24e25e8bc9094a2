"""The worker's process: ``python -m assay.runtime.worker_process``."""

from __future__ import annotations

from assay.runtime.process import Orders, run_child, say_up
from assay.service.engine import Engine
from assay.worker.worker import run_worker


async def work(engine: Engine, orders: Orders) -> None:
    """Run background work until told to stop."""
    await run_worker(engine, orders.plan.system_dsn, working=say_up, stop=orders.stop)


if __name__ == "__main__":
    run_child(work)
