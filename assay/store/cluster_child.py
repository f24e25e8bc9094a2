"""A program that gives up root for good, then does one thing for :mod:`assay.store.cluster`.

::

    python -I -S cluster_child.py UID GID PARENT exec PROGRAM ARGUMENT...   become PROGRAM, end with PARENT
    python -I -S cluster_child.py UID GID PARENT reach DIRECTORY...         print the first out of reach
    python -I -S cluster_child.py UID GID PARENT orphans DIRECTORY          print PostgreSQL pids below it

It starts as root and changes user afterwards because Python itself may lie where that user cannot read
(a virtual environment under a 0700 home). Hence it imports everything before, and only the standard library.
The parent cannot do this between fork and exec: Python code there may deadlock in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Iterator

PR_SET_PDEATHSIG = 1
CANNOT_RUN = 126


def become(uid: int, gid: int) -> None:
    """Give up every right but those of ``uid``; nothing when already there."""
    if os.geteuid() == uid:
        return
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def execute(parent: int, command: list[str]) -> None:
    """Become ``command``, asked to shut down fast (SIGINT) as soon as the thread that started it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(CANNOT_RUN)  # the parent died before the line above: nobody would ever stop us
    os.umask(0o077)
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        sys.exit(CANNOT_RUN)


def out_of_reach(directories: list[str]) -> str:
    """The first directory this user cannot enter, or nothing."""
    return next((path for path in directories if not os.access(path, os.X_OK)), "")


def orphans(directory: str) -> Iterator[int]:
    """Living PostgreSQL processes that work in ``directory``'s database, finished or half made.

    The binary's name is compared, not its path: after an upgrade the old one was replaced or deleted.
    A zombie has no readable binary, so it never counts.
    """
    for name in os.listdir("/proc"):
        try:
            program = os.path.basename(os.readlink(f"/proc/{name}/exe")).removesuffix(" (deleted)")
            place = os.readlink(f"/proc/{name}/cwd")
        except OSError:
            continue  # no process, or already gone, or another user's
        in_database = place == f"{directory}/pg" or place.startswith(
            (f"{directory}/pg/", f"{directory}/pg.tmp-")
        )
        if in_database and program in ("postgres", "initdb"):
            yield int(name)


def main(uid: str, gid: str, parent: str, verb: str, *arguments: str) -> None:
    become(int(uid), int(gid))
    if verb == "exec":
        execute(int(parent), list(arguments))
    elif verb == "reach":
        sys.stdout.write(out_of_reach(list(arguments)))
    elif verb == "orphans":
        sys.stdout.write(" ".join(map(str, orphans(arguments[0]))))


if __name__ == "__main__":
    main(*sys.argv[1:])
