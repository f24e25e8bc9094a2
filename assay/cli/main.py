"""The ``assay`` command."""

from __future__ import annotations

from typing import Any

import click

from assay.cli.lazy import LazyGroup, lazy_group
from assay.errors import AssayError

REFUSED, USAGE, UNREACHABLE = 1, 2, 3
"""Exit codes: the server said no, or something failed; the command is written wrong; nobody answered."""

COMMANDS = {
    "up": ("assay.cli.server:up", "Run everything on this machine."),
    "serve": ("assay.cli.server:serve", "Run the API alone."),
    "worker": ("assay.cli.server:worker", "Run background jobs alone."),
    "migrate": ("assay.cli.server:migrate", "Bring the database to this version."),
    "sign-in": ("assay.cli.server:sign_in", "Print a link that signs the first admin in."),
    "upgrade": ("assay.cli.server:upgrade", "Say what this version would do to the database."),
    "doctor": ("assay.cli.server:doctor", "Check this machine and say what to do."),
    "backup": ("assay.cli.backup:backup", "Copy the running installation to its backup folder."),
    "restore": ("assay.cli.backup:restore", "Make an installation from a backup, at any instant."),
    "audit": ("assay.cli.audit:audit", "Hold the audit against its seals and checkpoints."),
    "psql": ("assay.cli.server:psql", "Open the embedded database."),
    "project": ("assay.cli.project:project", "Make, list, show and delete projects."),
    "import": ("assay.cli.item:import_", "Bring items or whole data sets into a project."),
    "labeler": ("assay.cli.labeler:labeler", "Make and list labelers and their API keys."),
    "work": ("assay.cli.work:work", "Answer a project's tasks, yourself or by a script."),
    "quality": ("assay.cli.quality:quality", "Say how accurate a project's labels are."),
    "resolutions": ("assay.cli.resolution:resolutions", "Print the current best answers."),
    "snapshot": ("assay.cli.snapshot:snapshot", "Freeze a project's data, and list what is frozen."),
    "certify": ("assay.cli.certificate:certify", "Say how right a snapshot is, with a bound."),
    "export": ("assay.cli.snapshot:export", "Write a snapshot as COCO, VOC, YOLO, CoNLL, …"),
    "events": ("assay.cli.event:events", "Say what happened, or follow what happens."),
    "job": ("assay.cli.job:job", "See what runs in the background."),
}


class Assay(LazyGroup):
    """Ends every error with a sentence, its remedy and an exit code, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AssayError as error:
            where = f" (at {error.pointer})" if error.pointer else ""
            click.echo(f"{click.style('error:', fg='red')} {error.detail}{where}", err=True)
            click.echo(f"{error.code}: {error.remedy}", err=True)
            ctx.exit(exit_code(error))


@lazy_group(Assay, COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="assay", prog_name="assay")
def cli() -> None:
    """Assay: training data whose accuracy is known."""


def main() -> None:
    """Run the command."""
    cli()


def exit_code(error: AssayError) -> int:
    """The exit code for an error."""
    return {"client.unreachable": UNREACHABLE, "config.invalid": USAGE}.get(error.code, REFUSED)
