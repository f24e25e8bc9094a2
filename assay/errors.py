"""Every error Assay raises on purpose.

::

    AssayError
    ├── Malformed          the bytes cannot be read at all             (HTTP 400)
    ├── Unauthenticated    who is asking is not known                  (HTTP 401)
    ├── Forbidden          who is asking may not do this               (HTTP 403)
    ├── NotFound           no such thing, or not yours to know of      (HTTP 404)
    ├── Conflict           it contradicts what is stored               (HTTP 409)
    ├── Gone               it was there and is used up                 (HTTP 410)
    ├── TooLarge           it exceeds a stated limit                   (HTTP 413)
    ├── Unsupported        a media type or format we do not read       (HTTP 415)
    ├── Invalid            it was read, and a value in it is wrong     (HTTP 422)
    ├── TooMany            slow down; says for how long                (HTTP 429)
    ├── Unavailable        not now; safe to try again                  (HTTP 503)
    └── StorageFull        no room left; nothing was stored            (HTTP 507)

The class says what kind of failure it is and decides the status on every transport (``api/errors.py``).
The ``code`` is the stable, machine-readable name; :data:`CODES` lists all of them with what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CODES: Mapping[str, str] = {
    # how the request is written
    "json.malformed": "Send one valid JSON value, UTF-8.",
    "json.duplicate_key": "Name each key once.",
    "json.too_deep": "Nest at most 64 levels.",
    "json.number": "Send finite numbers; NaN and Infinity are not JSON.",
    "json.surrogate": "Send whole Unicode characters; a lone surrogate is half of one.",
    "json.nul": "Remove U+0000; it cannot be stored.",
    "message.malformed": "Send one valid message of the method's request type.",
    "body.too_large": "Send less at once; imports take NDJSON streams of any length.",
    "body.encoding": "Send the body without Content-Encoding, or gzip within the limit.",
    "body.type": "Send Content-Type application/json or application/x-ndjson.",
    "field.unknown": "Remove the key; it has no meaning here.",
    "field.missing": "Add the key.",
    "field.invalid": "Correct the value as the detail says.",
    "cursor.invalid": "Use next_cursor exactly as it was given, or start without a cursor.",
    "cursor.expired": "Start without a cursor, and read what you keep anew: events in between are gone.",
    "filter.field_refused": "Filter by one of the fields the detail lists.",
    "route.not_found": "See /openapi.json for the routes.",
    "route.query": "Send no parameters to this route.",
    "route.method": "See /openapi.json for the methods.",
    # who asks
    "auth.missing": "Send an Authorization: Bearer header, or sign in.",
    "auth.invalid": "Use a key that is current; ask an admin for a new one.",
    "auth.throttled": "Wait before trying to sign in again.",
    "auth.link_used": "Ask for a new link; each works once.",
    "labeler.disabled": "An admin may give a person's access back; for a program, make a new labeler.",
    "role.forbidden": "Ask an admin for the role the detail names.",
    "origin.refused": "Call from the address Assay is served at.",
    # what is asked for
    "not_found": "Check the id, and that it belongs to your organisation.",
    "ref.not_found": "Name something that exists in your organisation.",
    "existing": "It exists with another body; the id is given. Send an equal body or another key.",
    "idempotency.mismatch": "Use a new Idempotency-Key for a new request.",
    "idempotency.in_flight": "The first request with this key is still running; try again.",
    "idempotency.key": "Send a key of at most 255 printable ASCII characters.",
    # ontology, items, labels
    "ontology.invalid": "Correct the ontology as the detail says.",
    "ontology.name": "Give each question, class and attribute one unique, unchanging name.",
    "ontology.kind": "Use a kind the detail lists.",
    "ontology.field": "Name a field the ontology declares, of a type this kind can read.",
    "ontology.condition": "Let an attribute depend on values of others of its class, and not in a circle.",
    "ontology.changed": "This change would orphan labels; keep the name, or retire it.",
    "item.invalid": "Correct the item as the detail says.",
    "item.field": "Give each field the ontology declares, in its type.",
    "item.unreadable": "Upload a file that opens; see the detail for what failed.",
    "label.invalid": "Correct the label as the detail says.",
    "label.required": "Answer every required question.",
    "label.condition": "Answer an attribute only while its condition holds; take its value away else.",
    "label.unknown_question": "Answer only the questions of the lease's ontology version.",
    "label.class": "Use a class of this question.",
    "label.geometry": "Draw within the image, with area, without crossing edges.",
    "label.range": "Stay within the text; offsets count Unicode code points, half-open.",
    "label.reference": "Refer to objects of this document by id.",
    "label.duplicate_id": "Give each object its own id.",
    # the queue
    "lease.quota": "Submit or release a lease you hold first.",
    "lease.lost": "The lease passed to someone else. Your label is kept, uncounted, for a reviewer.",
    "lease.fence": "Use the fence that came with the lease.",
    "submit.conflict": "You already submitted another label for this lease; the first one stands.",
    "draft.conflict": "Read the draft again and rebase on its revision.",
    "review.stale": "The target changed; read it again and review the new version.",
    "review.own": "Ask someone else; nobody reviews their own work.",
    "review.held": "Take another task, or wait until their lease ends.",
    "review.settled": "Take another task; a manager may still overrule what was reviewed.",
    "review.target": "Name an annotation or a resolution version of this task.",
    "view.name": "Choose another name, or forget the view that has it.",
    # media and files
    "url.invalid": "Give a whole URL: asset:sha256:…, https://…, s3://…, gs://…, az://… or mount:NAME/….",
    "url.scheme_refused": "Use asset:, https:, s3:, gs:, az: or mount:.",
    "url.address_refused": "Use a public address, or ask the operator to allow this one by name.",
    "url.redirect_refused": "Give the final address; redirects into private networks are refused.",
    "url.unreachable": "Check that the address answers.",
    "asset.checksum": "Send the bytes again; they do not match the SHA-256 given.",
    "asset.size": "Send exactly the bytes announced.",
    "range.unsatisfiable": "Ask for bytes within the file.",
    "upload.part": "Send each part once, at the size the upload asked for; the last may be shorter.",
    "upload.incomplete": "Send the missing parts, then complete.",
    "media.limit": "Use a smaller file; the detail names the limit.",
    "media.type_mismatch": "Send a file that is what its name and its field say.",
    "media.unreadable": "Upload a file that opens.",
    "archive.path_refused": "Name entries by relative paths inside the archive; no links, no devices.",
    "archive.limit": "Split the archive; the detail names the limit.",
    "archive.unreadable": "Send a whole, unencrypted zip or tar archive.",
    "xml.dtd_refused": "Remove the DOCTYPE; entities are not read.",
    "yaml.tag_refused": "Remove tags and aliases from the YAML.",
    "format.executable_refused": "Send a format that holds data only; pickles can run code.",
    "format.unknown": "Use a format the detail lists.",
    "format.invalid": "Correct the file as the detail says.",
    "format.unsupported": "This format cannot carry any question of the project.",
    # truth inference
    "votes.invalid": "Send three integer arrays of one length, counted from 0; leave missing votes out.",
    "gold.invalid": "Give one answer for each gold task, within the classes.",
    "prior.invalid": "Give finite, non-negative rows over the classes that sum to 1.",
    # webhooks
    "webhook.disabled": "Make the webhook active first.",
    # imports, snapshots, jobs
    "import.in_flight": "Another import is bringing the same items and has not ended; try again in a moment.",
    "import.aborted": "Nothing was stored. Correct the lines listed, or send on_error=skip.",
    "job.failed": "See the detail; the job can be started again.",
    "snapshot.empty": "Resolve at least one task first.",
    "certificate.invalid": "Do not rely on it; ask who gave it to you, and fetch the key anew.",
    # the server
    "limit.exceeded": "Stay within the limit the detail names.",
    "server.overloaded": "Try again after Retry-After; nothing was done.",
    "rate.limited": "Wait for Retry-After; the RateLimit headers say how much is left.",
    "server.starting": "Try again in a moment.",
    "server.error": "Try again; if it stays, report the request_id.",
    "storage.full": "Free space on the server; nothing was stored.",
    "storage.unavailable": "Try again after Retry-After; the object store did not answer.",
    "storage.corrupt": "Restore this object from a backup; its bytes changed in the store.",
    "database.unavailable": "Try again after Retry-After; nothing was acknowledged.",
    "extra.missing": "Install the extra the detail names.",
    "config.invalid": "Correct the setting the detail names.",
    "backup.external": "Back the server up with its own tools, as docs/how-to/backup.md says.",
    "backup.damaged": "Restore another backup, or put back what the detail names.",
    "backup.out_of_reach": "Choose an instant between the end of a backup and the end of the archived log.",
    "datadir.taken": "Choose another folder, or move the database that lies there away.",
    "datadir.locked": "Stop the other Assay that uses this folder, or choose another with --data.",
    "datadir.unreachable": "Choose a folder the server's user can reach.",
    # the SDK
    "client.unreachable": "Check the address and that Assay is running.",
    "client.transport": "Name the REST address too: the bytes of files travel by HTTP.",
    "client.protocol": "Check that the address is Assay's and the versions match.",
}


class AssayError(Exception):
    """Something was refused. ``str(error)`` is a sentence for a person."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        pointer: str | None = None,
        limit: str | int | float | None = None,
        retry_after_secs: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """``pointer`` is an RFC 6901 JSON pointer into the request; ``extra`` joins the problem document."""
        if code not in CODES:
            raise ValueError(f"error code {code!r} is not listed in errors.CODES")
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.limit = limit
        self.retry_after_secs = retry_after_secs
        self.extra = dict(extra or {})

    @property
    def remedy(self) -> str:
        """What to do about it, in one sentence."""
        return CODES[self.code]

    def at(self, prefix: str) -> AssayError:
        """The same error seen from outside: its pointer with ``prefix`` before it."""
        self.pointer = prefix + (self.pointer or "")
        return self


class Malformed(AssayError):
    """The bytes cannot be read at all."""


class Unauthenticated(AssayError):
    """Who is asking is not known."""


class Forbidden(AssayError):
    """Who is asking may not do this."""


class NotFound(AssayError):
    """No such thing, or not yours to know of."""


class Conflict(AssayError):
    """It contradicts what is stored."""


class Gone(AssayError):
    """It was there and is used up."""


class TooLarge(AssayError):
    """It exceeds a stated limit."""


class Unsupported(AssayError):
    """A media type or format that Assay does not read."""


class Invalid(AssayError):
    """It was read, and a value in it is wrong."""


class TooMany(AssayError):
    """Slow down."""


class Unavailable(AssayError):
    """Not now; safe to try again."""


class StorageFull(AssayError):
    """No room left; nothing was stored."""


def pointer_token(key: str | int) -> str:
    """``/`` and the RFC 6901 escape of one key."""
    return "/" + str(key).replace("~", "~0").replace("/", "~1")
