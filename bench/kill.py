"""``kill -9`` of API, worker, PostgreSQL and one backend while eight clients submit: nothing may be lost.

    python bench/kill.py [--kills 20] [--clients 8] [--seed 1]

The clients repeat a request under its ``Idempotency-Key`` until it is answered, as the SDK does for anyone.
In the end every acknowledged annotation must be there exactly once and byte for byte, every annotation that
is there must have been submitted, every task must be resolved with three labels of three labelers, and no
request may have been refused.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assay import AssayError, Client, Lease, Project, RetryPolicy

VICTIMS = {
    "api": "api_process",
    "worker": "worker_process",
    "postmaster": "bin/postgres -D",
    "backend": "postgres: assay: assay_app",
}
LABELS_PER_TASK = 3
TASKS_AT_A_TIME = 100
ACKNOWLEDGED_BETWEEN_KILLS = 30
LEASE_SECS = 20
END_WITHIN_SECS = 180.0
PATIENT = RetryPolicy(tries=200, first_wait_secs=0.02, longest_wait_secs=5.0)
ONTOLOGY = {
    "fields": {"note": "text"},
    "questions": [
        {"name": "topic", "kind": "choice", "field": "note", "classes": ["sports", "news"], "required": True},
        {"name": "why", "kind": "text", "field": "note", "required": True},
    ],
}


@dataclass(kw_only=True)
class History:
    """What the clients saw: each submit that began, and the annotation of each that was acknowledged."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    begun: set[tuple[str, str, str]] = field(default_factory=set)
    """(labeler, task, label as canonical JSON)"""
    acknowledged: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """The same by annotation."""
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(kw_only=True)
class Clerk:
    """One client: claims, answers with words that nobody else uses, and starts over, until told to stop."""

    client: Client
    labeler: str
    project: str
    history: History
    chance: random.Random
    done: threading.Event

    def work(self) -> None:
        """The whole life of a client."""
        while not self.done.wait(0.1):
            try:
                project = self.client.projects.get(self.project)
                for lease in project.work(count=self.chance.randint(1, 3)):
                    self.submit(lease)
                for lease in project.leases():  # claimed for us, but the answer never reached us
                    self.submit(lease)
            except AssayError as error:
                with self.history.lock:
                    self.history.refused[error.code] += 1

    def submit(self, lease: Lease) -> None:
        """Answer once, in words of our own, however often that must be said."""
        label = {
            "topic": self.chance.choice(["sports", "news"]),
            "why": f"{self.labeler} says {self.chance.getrandbits(128):032x} é",
        }
        intent = (self.labeler, lease.data.task, canonical(label))
        with self.history.lock:
            self.history.begun.add(intent)
        annotation = lease.submit(label).annotation
        with self.history.lock:
            self.history.acknowledged[annotation] = intent


def canonical(label: Any) -> str:
    """Equal labels give equal text."""
    return json.dumps(label, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Nemesis:
    """Kills one process after another in the middle of submits, of which there are always more to do."""

    def __init__(self, root: int, project: Project, history: History, chance: random.Random) -> None:
        self._root, self._project, self._history, self._chance = root, project, history, chance
        self.tasks = 0
        self.killed: Counter[str] = Counter()
        self.longest_silence_secs = 0.0

    def run(self, kills: int) -> None:
        """Kill ``kills`` times, every kind of process equally often."""
        order = [kind for _ in range(-(-kills // len(VICTIMS))) for kind in VICTIMS][:kills]
        self._chance.shuffle(order)
        for kind in order:
            self.await_submits(ACKNOWLEDGED_BETWEEN_KILLS)
            time.sleep(self._chance.uniform(0.01, 0.5))
            self.kill(kind)
        self.await_submits(ACKNOWLEDGED_BETWEEN_KILLS)

    def await_submits(self, count: int) -> None:
        """Return once so many more were acknowledged."""
        began = time.monotonic()
        wanted = len(self._history.acknowledged) + count
        while len(self._history.acknowledged) < wanted:
            if time.monotonic() - began > END_WITHIN_SECS:
                refused = dict(self._history.refused)
                raise SystemExit(f"no {count} submits in {END_WITHIN_SECS:.0f} s; refused: {refused}")
            if len(self._history.acknowledged) > LABELS_PER_TASK * (self.tasks - TASKS_AT_A_TIME):
                self.add_tasks()
            time.sleep(0.02)
        self.longest_silence_secs = max(self.longest_silence_secs, time.monotonic() - began)

    def add_tasks(self) -> None:
        """More work."""
        numbers = range(self.tasks, self.tasks + TASKS_AT_A_TIME)
        self._project.items.add({"external_id": f"n-{n}", "fields": {"note": f"Note {n}."}} for n in numbers)
        self.tasks += TASKS_AT_A_TIME

    def kill(self, kind: str) -> None:
        """End a process of this kind, wherever it is; one that is just being replaced is waited for."""
        while True:
            victims = [pid for pid in descendants(self._root) if VICTIMS[kind] in command_line(pid)]
            if victims:
                os.kill(self._chance.choice(victims), signal.SIGKILL)
                self.killed[kind] += 1
                return
            time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """Children, their children, and so on, as Linux lists them."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it ended meanwhile
            continue
        for child in children:
            found += [int(child), *descendants(int(child))]
    return found


def command_line(pid: int) -> str:
    """What a process was started as; nothing when it ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def faults(project: Project, tasks: int, history: History) -> Iterator[str]:
    """Each promise that was broken, as a sentence."""
    stored: Counter[str] = Counter()
    for item in project.items.list():
        tasks -= 1
        task = project.tasks.get(item.task)
        if task.state != "resolved":
            yield f"task {task.id} is {task.state}"
        given = [each for each in task.annotations if each["counted"]]
        labelers = {each["labeler"] for each in given}
        if not len(given) == len(labelers) == LABELS_PER_TASK:
            yield f"task {task.id} has {len(given)} labels of {len(labelers)} labelers"
        for each in task.annotations:
            stored[each["annotation"]] += 1
            there = (each["labeler"], task.id, canonical(each["label"]))
            if there not in history.begun:
                yield f"annotation {each['annotation']} was submitted by nobody"
            if history.acknowledged.get(each["annotation"], there) != there:
                yield f"annotation {each['annotation']} is not what was acknowledged"
    if tasks:
        yield f"{tasks} tasks are gone"
    for annotation in history.acknowledged:
        if stored[annotation] != 1:
            yield f"acknowledged annotation {annotation} is there {stored[annotation]} times"


def run(arguments: argparse.Namespace, root: int, credentials: Path) -> dict[str, Any]:
    """The whole story on a server that runs; what was found."""
    history, done, chance = History(), threading.Event(), random.Random(arguments.seed)
    with Client(credentials=credentials, retry=PATIENT) as admin:
        quality = {"min_labels": LABELS_PER_TASK, "max_labels": LABELS_PER_TASK}
        project = admin.projects.create("Kill", ONTOLOGY, quality=quality, lease_seconds=LEASE_SECS)
        clients, threads = [], []
        for number in range(arguments.clients):
            made = admin.labelers.create(f"Clerk {number}")
            client = Client(admin.url, made.api_key, retry=PATIENT)
            clerk = Clerk(
                client=client,
                labeler=made.id,
                project=project.id,
                history=history,
                chance=random.Random(f"{arguments.seed}-{number}"),
                done=done,
            )
            clients.append(client)
            threads.append(threading.Thread(target=clerk.work, daemon=True))
        for thread in threads:
            thread.start()
        nemesis = Nemesis(root, project, history, chance)
        nemesis.run(arguments.kills)
        began = time.monotonic()
        while (
            project.quality().states != {"resolved": nemesis.tasks}
            and time.monotonic() - began < END_WITHIN_SECS
        ):
            time.sleep(0.2)
        done.set()
        for thread, client in zip(threads, clients, strict=True):
            thread.join(END_WITHIN_SECS)
            client.close()
        found = list(faults(project, nemesis.tasks, history))
    return {
        "killed": dict(nemesis.killed),
        "tasks": nemesis.tasks,
        "submits_begun": len(history.begun),
        "acknowledged": len(history.acknowledged),
        "refused": dict(history.refused),
        "longest_wait_for_submits_secs": round(nemesis.longest_silence_secs, 1),
        "faults": found,
    }


@contextmanager
def assay_up(data: Path) -> Iterator[int]:
    """``assay up`` on a folder; its process. What it says goes to ``data``'s neighbour."""
    program = str(Path(sys.executable).with_name("assay"))
    with data.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            [program, "up", "--data", str(data), "--port", "0"], stdout=log, stderr=log
        )
        try:
            while not (data / "credentials.json").exists():
                if process.poll() is not None:
                    raise SystemExit(f"assay up ended; see {log.name}")
                time.sleep(0.1)
            yield process.pid
        finally:
            process.terminate()
            process.wait(120)


def main() -> None:
    """Kill, check, print; exit status 1 when a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="assay-kill-", dir="/tmp"))
    home.chmod(0o755)  # PostgreSQL's user must reach the folder below
    began = time.monotonic()
    with assay_up(home / "data") as root:
        report = run(arguments, root, home / "data" / "credentials.json")
    report["secs"] = round(time.monotonic() - began, 1)
    print(json.dumps(report, indent=2))
    if report["faults"]:
        raise SystemExit(f"promises were broken; the server's folder is kept in {home}")
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
