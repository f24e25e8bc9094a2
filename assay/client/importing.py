"""Imports of whole data sets in a format of their own: COCO, VOC, CoNLL, …"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.client.asset import Asset, upload
from assay.client.job import AsyncJob, Job
from assay.client.request import Plan, ask, path, post
from assay.client.session import AsyncSession, Session
from assay.domain.asset import AssetUrl, read_url
from assay.errors import Invalid

ImportSource = Asset | str | os.PathLike[str]
"""An asset, a URL that the server can open, or the path of a local file or folder, which is uploaded."""


def create(
    project: str, source: ImportSource, format_name: str, on_error: str, options: Mapping[str, str | None]
) -> Plan[str]:
    """Upload what is local and start the import; the job's id."""
    where = yield from _located(source)
    given = {key: value for key, value in options.items() if value is not None}
    body = where | {"format": format_name, "on_error": on_error} | given
    answer = yield from ask(post(path("projects", project, "imports"), body, slow=True))
    return str(answer.json()["job"])


class Imports:
    """``project.imports``"""

    def __init__(self, session: Session, project: str) -> None:
        self._session = session
        self._project = project

    def create(
        self,
        source: ImportSource,
        *,
        format: str,
        on_error: str = "abort",
        labels: str | None = None,
        labeler: str | None = None,
        media: str | None = None,
    ) -> Job:
        """Import a file, an archive or a folder in a named format; ``.wait()`` gives the report.

        ``labels`` says what the file's labels become: ``annotations`` (votes, by ``labeler`` where the file
        names nobody), ``gold`` or ``ignore``. ``media`` is the URL that names of media are put behind.
        """
        options = {"labels": labels, "labeler": labeler, "media": media}
        return Job(self._session, self._session.run(create(self._project, source, format, on_error, options)))


class AsyncImports:
    """``project.imports`` on an event loop."""

    def __init__(self, session: AsyncSession, project: str) -> None:
        self._session = session
        self._project = project

    async def create(
        self,
        source: ImportSource,
        *,
        format: str,
        on_error: str = "abort",
        labels: str | None = None,
        labeler: str | None = None,
        media: str | None = None,
    ) -> AsyncJob:
        """As :meth:`Imports.create`; ``await job.wait()`` gives the report."""
        options = {"labels": labels, "labeler": labeler, "media": media}
        plan = create(self._project, source, format, on_error, options)
        return AsyncJob(self._session, await self._session.run(plan, reads_files=True))


def _located(source: ImportSource) -> Plan[dict[str, Any]]:
    if isinstance(source, Asset):
        return {"asset": source.sha256}
    if isinstance(source, str) and not os.path.exists(source):
        try:
            url = read_url(source)
        except Invalid as error:
            raise Invalid(error.code, f"{source!r} is no file here, and no URL: {error.detail}") from error
        return {"asset": url.sha256} if isinstance(url, AssetUrl) else {"url": source}
    local = Path(source)
    if not local.is_dir():
        asset = yield from upload(local)
        return {"asset": asset.sha256, "name": local.name}
    with tempfile.TemporaryDirectory(prefix="assay-import-") as folder:
        archive = Path(folder) / f"{local.resolve().name}.zip"
        _zip(local, archive)
        asset = yield from upload(archive)
        return {"asset": asset.sha256, "name": archive.name}


def _zip(folder: Path, archive: Path) -> None:
    """The folder's files, stored as they are: pictures would not get smaller. Links are left out."""
    with zipfile.ZipFile(archive, "w", strict_timestamps=False) as written:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                written.write(file, file.relative_to(folder).as_posix())
