"""``assay psql``: the wheel's psql on the installation's database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit, urlunsplit

from assay.config import Settings
from assay.errors import Unavailable
from assay.store import cluster_data
from assay.store.cluster import postgres_binaries
from assay.store.installation import DATABASE


def command(settings: Settings, variables: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """psql's arguments and environment. Passwords go there, never into arguments, which everyone can read.

    Raises Unavailable ``database.unavailable`` when no Assay runs on the folder.
    """
    program = str(postgres_binaries() / "psql")
    if settings.database_url is not None:
        parts = urlsplit(settings.database_url)
        host = parts.netloc.rpartition("@")[2]
        who = f"{parts.username}@" if parts.username else ""
        url = urlunsplit(parts._replace(netloc=who + host))
        password = {} if parts.password is None else {"PGPASSWORD": unquote(parts.password)}
        return [program, url], {**variables, **password}
    sockets = settings.data / "run"
    if not sockets.exists():
        raise Unavailable(
            "database.unavailable", f"No Assay runs on {settings.data}; start it with assay up."
        )
    return [program], {
        **variables,
        "PGHOST": os.path.realpath(sockets),
        "PGPORT": str(cluster_data.PORT),
        "PGDATABASE": DATABASE,
        "PGUSER": cluster_data.SUPERUSER,
        "PGPASSWORD": cluster_data.read_or_make_password(settings.data),
    }
