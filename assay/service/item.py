"""Items: checked one by one as they arrive, before anything is staged; and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from assay.domain.asset import SVG, AssetUrl, ItemUrl, field_type_of, read_url
from assay.domain.canonical import digest
from assay.domain.item import MAX_SEARCHED, ItemFilter, ListedItem
from assay.domain.labeler import Principal, Role
from assay.domain.ontology import MEDIA_TYPES
from assay.domain.task import check_state
from assay.errors import Invalid, pointer_token
from assay.labels.schema import Schema
from assay.service.access import project_of, require
from assay.service.lease import field_facts
from assay.store import item as item_store
from assay.store.database import Connection
from assay.store.item import StagedItem, StagedPrediction
from assay.store.queries import stored_json
from assay.store.reference import References

MAX_EXTERNAL_ID_CHARS = 1000
MAX_TEXT_CHARS = 10_000_000
MAX_METADATA_BYTES = 65_536
MAX_PRIORITY = 9
_KEYS = frozenset({"external_id", "fields", "metadata", "gold", "priority", "predictions"})
_PREDICTION_KEYS = frozenset({"labeler", "label", "scores"})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedItem:
    """An item whose own form is right.

    ``assets`` are the uploaded files it needs, by field; ``remote`` says that it also needs a file that
    must be probed first. ``votes`` are labels that come with it: checked with it, and stored apart.
    """

    line: int
    external_id: str
    raw: Mapping[str, Any]
    assets: Mapping[str, str]
    remote: bool
    votes: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FoundItems:
    """Items with their sequence numbers. Where a search looked at ``MAX_SEARCHED`` and found fewer than were
    asked for, it ``stopped`` at this number, and goes on from it."""

    items: list[tuple[int, ListedItem]]
    stopped: int | None


async def item_page(
    tx: Connection, principal: Principal, project: UUID, after: int, limit: int, wanted: ItemFilter
) -> FoundItems:
    """Up to ``limit`` items after a sequence number. For reviewers and above."""
    require(principal, Role.REVIEWER)
    check_filter(wanted, "")
    await project_of(tx, principal, project)
    whose = (tx, principal.organization, project)
    if wanted.external_id is not None:
        seq = await item_store.place(*whose, wanted.external_id)
        rows = [] if seq is None or seq <= after else await item_store.search(*whose, seq - 1, 1, 1, wanted)
        return FoundItems(items=[(row["seq"], _listed(row)) for row in rows], stopped=None)
    rows = await item_store.search(*whose, after, limit, MAX_SEARCHED, wanted)
    stopped = None
    if len(rows) < limit and wanted != ItemFilter():
        stopped = await item_store.search_end(*whose, after, MAX_SEARCHED)
    return FoundItems(items=[(row["seq"], _listed(row)) for row in rows], stopped=stopped)


def check_filter(wanted: ItemFilter, pointer: str) -> None:
    """Refuse a filter that means nothing. Raises ``Invalid`` (``field.invalid``) with a pointer below
    ``pointer``."""
    check_state(wanted.state, pointer + "/state")
    for name in ("min_confidence", "max_confidence"):
        chance = getattr(wanted, name)
        if chance is not None and not 0 <= chance <= 1:
            raise Invalid("field.invalid", f"{name} is 0 to 1", pointer=f"{pointer}/{name}", limit=1)
    if (wanted.question is None) != (wanted.answer is None):
        missing = "question" if wanted.question is None else "answer"
        raise Invalid("field.invalid", "question and answer go together", pointer=f"{pointer}/{missing}")
    for name in ("text", "question", "answer", "external_id"):
        said = getattr(wanted, name)
        if said is not None and not 0 < len(said) <= MAX_EXTERNAL_ID_CHARS:
            raise Invalid(
                "field.invalid",
                f"{name} has 1 to {MAX_EXTERNAL_ID_CHARS} characters",
                pointer=f"{pointer}/{name}",
                limit=MAX_EXTERNAL_ID_CHARS,
            )


def _listed(row: asyncpg.Record) -> ListedItem:
    return ListedItem(
        id=row["id"],
        item=row["id"],
        task=row["task"],
        external_id=row["external_id"],
        fields=stored_json(row["fields"]),
        metadata=stored_json(row["metadata"]),
        state=row["state"],
        gold=row["gold"],
        priority=row["priority"],
        confidence=row["confidence"],
        created_at=row["created_at"],
    )


def check_item(
    raw: Any, line: int, schema: Schema, references: References, *, votes: Sequence[Any] = ()
) -> CheckedItem:
    """Refuse an item that is not one. Raises ``Invalid`` (``item.*``, ``url.*``) with a pointer into the
    item."""
    if not isinstance(raw, dict):
        raise Invalid("item.invalid", "an item is an object", pointer="")
    for key in raw:
        if key not in _KEYS:
            raise Invalid("field.unknown", f"{key!r} is not a key of an item", pointer=pointer_token(key))
    external_id = raw.get("external_id")
    if not isinstance(external_id, str) or not 0 < len(external_id) <= MAX_EXTERNAL_ID_CHARS:
        raise Invalid(
            "item.invalid",
            f"external_id is a string of 1 to {MAX_EXTERNAL_ID_CHARS} characters",
            pointer="/external_id",
            limit=MAX_EXTERNAL_ID_CHARS,
        )
    priority = raw.get("priority", 0)
    if type(priority) is not int or abs(priority) > MAX_PRIORITY:
        raise Invalid(
            "item.invalid",
            f"priority is a whole number from -{MAX_PRIORITY} to {MAX_PRIORITY}",
            pointer="/priority",
            limit=MAX_PRIORITY,
        )
    metadata = raw.get("metadata", {})
    if not isinstance(metadata, dict) or (metadata and len(orjson.dumps(metadata)) > MAX_METADATA_BYTES):
        raise Invalid(
            "item.invalid",
            f"metadata is an object of at most {MAX_METADATA_BYTES} bytes",
            pointer="/metadata",
            limit=MAX_METADATA_BYTES,
        )
    assets, remote = _check_fields(raw.get("fields"), schema.ontology.fields, references)
    _check_predictions(raw.get("predictions", []))
    return CheckedItem(
        line=line, external_id=external_id, raw=raw, assets=assets, remote=remote, votes=tuple(votes)
    )


def stage_item(
    checked: CheckedItem, schema: Schema, facts_by_sha256: Mapping[str, Any], item: UUID, task: UUID
) -> StagedItem:
    """Check gold and predictions against the item's measured facts, and make it ready to be stored.

    Raises ``Invalid``: ``ref.not_found`` for an asset that was not uploaded, ``label.*`` for a wrong label.
    """
    raw = checked.raw
    measured: dict[str, Any] = {}
    for field, sha256 in checked.assets.items():
        if sha256 not in facts_by_sha256:
            raise Invalid(
                "ref.not_found", f"there is no asset {sha256}", pointer=f"/fields{pointer_token(field)}/url"
            )
        measured[field] = facts_by_sha256[sha256]
        check_media(schema.ontology.fields[field], measured[field]["media_type"], field)
    gold = raw.get("gold")
    has_labels = gold is not None or checked.votes or raw.get("predictions")
    facts = field_facts(schema.ontology.fields, raw["fields"], measured) if has_labels else {}
    if gold is not None:
        schema.check(gold, facts, "/gold")
    for vote in checked.votes:
        schema.check(vote, facts, "/label")
    predictions = []
    for index, prediction in enumerate(raw.get("predictions", [])):
        schema.check(prediction["label"], facts, f"/predictions/{index}/label")
        predictions.append(
            StagedPrediction(
                labeler=prediction["labeler"],
                label=_text(prediction["label"]),
                scores=_text(prediction.get("scores", {})),
            )
        )
    return StagedItem(
        line=checked.line,
        item=item,
        task=task,
        external_id=checked.external_id,
        fields=_text(raw["fields"]),
        metadata=_text(raw.get("metadata")),
        facts=_text(measured) if measured else None,
        digest=digest({key: value for key, value in raw.items() if key != "external_id"}),
        priority=raw.get("priority", 0),
        gold=gold is not None,
        state="probing" if checked.remote else "resolved" if gold is not None else "open",
        label=_text(gold),
        probability=_text(gold and dict.fromkeys(gold, 1.0)),
        predictions=tuple(predictions),
    )


def _check_fields(raw: Any, types: Mapping[str, str], references: References) -> tuple[dict[str, str], bool]:
    if not isinstance(raw, dict):
        raise Invalid("item.field", "fields is an object", pointer="/fields")
    for name in raw:
        if name not in types:
            raise Invalid(
                "item.field", f"the ontology has no field {name!r}", pointer="/fields" + pointer_token(name)
            )
    assets: dict[str, str] = {}
    remote = False
    for name, field_type in types.items():
        value = raw.get(name)
        if field_type == "text" and isinstance(value, str) and len(value) <= MAX_TEXT_CHARS:
            continue  # most are, and need no pointer
        at = "/fields" + pointer_token(name)
        if name not in raw:
            raise Invalid("item.field", f"the field {name!r} is missing", pointer=at)
        if field_type in MEDIA_TYPES:
            url = _media_url(raw[name], field_type, at, references)
            if isinstance(url, AssetUrl):
                assets[name] = url.sha256
            else:
                remote = True
        else:
            _check_inline(raw[name], field_type, at)
    return assets, remote


def _media_url(value: Any, field_type: str, at: str, references: References) -> ItemUrl:
    if not isinstance(value, dict) or set(value) != {"url"} or not isinstance(value["url"], str):
        raise Invalid("item.field", f'a field of type {field_type} is {{"url": "…"}}', pointer=at)
    url = read_url(value["url"], at + "/url")
    references.check(url, at + "/url")
    return url


def _check_inline(value: Any, field_type: str, at: str) -> None:
    if field_type == "text":
        if not isinstance(value, str) or len(value) > MAX_TEXT_CHARS:
            raise Invalid(
                "item.field",
                f"a text is a string of at most {MAX_TEXT_CHARS} characters",
                pointer=at,
                limit=MAX_TEXT_CHARS,
            )
    elif field_type == "conversation":
        if not isinstance(value, list) or not all(
            isinstance(turn, dict) and isinstance(turn.get("role"), str) and "content" in turn
            for turn in value
        ):
            raise Invalid("item.field", 'a conversation is a list of {"role", "content"}', pointer=at)
    elif not isinstance(value, dict):
        raise Invalid("item.field", "a row is an object", pointer=at)


def check_media(field_type: str, media_type: str, field: str) -> None:
    """Refuse a file that is not what a field holds. Raises ``Invalid`` (``media.type_mismatch``)."""
    if field_type not in ("image", "video", "audio"):
        return
    if media_type.startswith(field_type + "/") and field_type_of(media_type) == field_type:
        return
    detail = f"the file is {media_type}, the field wants {field_type}"
    if media_type == SVG:
        detail = "an SVG is a program and not a picture; save it as a PNG"
    raise Invalid("media.type_mismatch", detail, pointer=f"/fields{pointer_token(field)}/url")


def _check_predictions(raw: Any) -> None:
    if not isinstance(raw, list):
        raise Invalid("item.invalid", "predictions is a list", pointer="/predictions")
    names: set[str] = set()
    for index, prediction in enumerate(raw):
        at = f"/predictions/{index}"
        if (
            not isinstance(prediction, dict)
            or not isinstance(prediction.get("labeler"), str)
            or not isinstance(prediction.get("label"), dict)
            or not isinstance(prediction.get("scores", {}), dict)
        ):
            raise Invalid("item.invalid", 'a prediction is {"labeler", "label", "scores"?}', pointer=at)
        for key in prediction:
            if key not in _PREDICTION_KEYS:
                raise Invalid(
                    "field.unknown", f"{key!r} is not a key of a prediction", pointer=at + pointer_token(key)
                )
        if prediction["labeler"] in names:
            raise Invalid("item.invalid", "one prediction of each model", pointer=at + "/labeler")
        names.add(prediction["labeler"])


def _text(value: Any) -> str:
    """An object as JSON; most items have nothing in most of theirs."""
    return orjson.dumps(value).decode() if value else "{}"
