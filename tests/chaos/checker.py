"""The promises, checked on what the clients saw and what is there in the end: a sentence for each broken."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tests.chaos.final import Final
from tests.chaos.history import History, Told

Check = Callable[[History, Final], Iterator[str]]
GRACE = timedelta(milliseconds=50)
TERMINAL = {"resolved", "needs_attention"}
KNOWN_STATUSES = {0, 200, 201, 204, 400, 404, 409, 422, 429, 503}


def overlap(history: History, final: Final) -> Iterator[str]:
    """I1: never more counted labels than wanted, no labeler twice on a task, no slot lent twice at a time."""
    counted: dict[str, list[str]] = defaultdict(list)
    by_labeler: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in final.annotations.values():
        if row["counted"] and row["slot"] is not None and row["slot"] > 0:
            counted[row["task"]].append(row["labeler"])
            by_labeler[row["labeler"], row["task"]].append(row)
    for task, labelers in counted.items():
        if task in final.tasks and len(labelers) > final.tasks[task]["wanted"]:
            yield f"I1: task {task} has {len(labelers)} labels of {final.tasks[task]['wanted']}"
        if len(set(labelers)) < len(labelers):
            yield f"I1: task {task} was answered twice by one labeler"
    for loan in final.loans:
        for row in by_labeler.get((loan["labeler"], loan["task"]), ()):
            if row["id"] != loan["lease"] and loan["claimed_at"] > row["created_at"]:
                yield f"I1: task {loan['task']} was lent to {loan['labeler']} who had answered it"
    by_slot: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for loan in final.loans:
        by_slot[loan["task"], loan["slot"]].append(loan)
    for slot, loans in by_slot.items():
        for earlier, later in pairwise(sorted(loans, key=lambda loan: loan["claimed_at"])):
            if earlier["ended_at"] is None or later["claimed_at"] < earlier["ended_at"]:
                yield f"I1: slot {slot} was lent to two at a time"


def acknowledged(history: History, final: Final) -> Iterator[str]:
    """I2: every acknowledged submit is there, once, as it was said."""
    for attempt in history.of("submit", "ok"):
        row = final.annotations.get(attempt.answer["annotation"])
        if row is None:
            yield f"I2: acknowledged annotation {attempt.answer['annotation']} is gone"
        elif canonical(row["label"]) != canonical(attempt.value["label"]):
            yield f"I2: annotation {row['id']} is not what was acknowledged"
        elif not row["counted"]:
            yield f"I2: acknowledged annotation {row['id']} does not count"
    imported = {name for attempt in history.of("import", "ok") for name in attempt.value}
    if len(final.tasks) < len(imported):
        yield f"I2: {len(imported)} items were acknowledged and {len(final.tasks)} tasks are there"


def phantoms(history: History, final: Final) -> Iterator[str]:
    """I3: nothing is there that nobody said."""
    said = {
        (attempt.labeler, attempt.value["lease"], canonical(attempt.value["label"]))
        for attempt in history.of("submit")
    }
    for row in final.annotations.values():
        if (row["labeler"], row["id"], canonical(row["label"])) not in said:
            yield f"I3: annotation {row['id']} was submitted by nobody"
    intended = {name for attempt in history.of("import") for name in attempt.value}
    if len(final.tasks) > len(intended):
        yield f"I3: {len(final.tasks)} tasks are there and {len(intended)} were asked for"


def fences(history: History, final: Final) -> Iterator[str]:
    """I4: a wrong fence opens nothing, and what somebody else holds is lost to the earlier holder."""
    for attempt in history.of("forge", "ok"):
        yield f"I4: lease {attempt.value['lease']} took the fence {attempt.value['fence']}"
    latest: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for loan in final.loans:
        latest[loan["task"], loan["slot"]].append(loan)
    for row in final.annotations.values():
        if row["counted"]:
            for loan in latest[row["task"], row["slot"]]:
                lent = loan["fence"] > row["fence"] and loan["claimed_at"] < row["created_at"]
                if lent and (loan["ended_at"] is None or loan["ended_at"] > row["created_at"]):
                    yield f"I4: annotation {row['id']} counts although its slot was lent to another"


def held_in_peace(history: History, final: Final) -> Iterator[str]:
    """A lease that its holder did not end lives as long as it was promised."""
    for loan in final.loans:
        if loan["reason"] == "expired":
            lasted = loan["ended_at"] - loan["claimed_at"]
            if lasted + GRACE < timedelta(seconds=final.lease_secs):
                yield f"I4: lease {loan['lease']} was taken away after {lasted}"


def ends(history: History, final: Final) -> Iterator[str]:
    """I5: in the end every task has ended, and nothing is left to claim."""
    states = Counter(row["state"] for row in final.tasks.values())
    if set(states) - TERMINAL:
        yield f"I5: tasks stand at {dict(states)}"
    for row in final.tasks.values():
        if row["state"] not in TERMINAL:
            loans = [
                f"slot {loan['slot']} fence {loan['fence']} {loan['reason']} {loan['claimed_at']:%T.%f} to "
                f"{loan['ended_at']}"
                for loan in final.loans
                if loan["task"] == row["id"]
            ]
            yield f"I5: {row}: {loans}"
    counted = Counter(row["task"] for row in final.annotations.values() if row["counted"])
    for task, row in final.tasks.items():
        if row["state"] == "resolved" and counted[task] < row["wanted"]:
            yield f"I5: task {task} ended with {counted[task]} labels of {row['wanted']}"
    if final.slots:
        yield f"I5: {len(final.slots)} slots wait for nobody"


def told(history: History, final: Final) -> Iterator[str]:
    """I7: every event reaches its webhook or is a dead letter; in order for a subject, under one id."""
    heard: dict[str, Told] = {}
    latest: dict[str, int] = {}
    subjects = {f"evt_{event['seq']}": event["subject"] for event in final.events}
    for each in history.told:
        if each.id not in subjects or subjects[each.id] != each.subject:
            yield f"I7: {each.id} tells of {each.subject}, of which there is no such event"
        elif each.id not in heard:
            number = int(each.id.removeprefix("evt_"))
            if number < latest.get(each.subject, 0):
                yield f"I7: {each.id} of {each.subject} came after evt_{latest[each.subject]}"
            latest[each.subject] = number
        if heard.setdefault(each.id, each).body != each.body:
            yield f"I7: {each.id} had two bodies"
    ids: dict[bytes, str] = {}
    for each in history.told:
        if ids.setdefault(each.body, each.id) != each.id:
            yield f"I7: one event was told as {ids[each.body]} and as {each.id}"
    for event in final.events:
        delivery = final.deliveries.get((event["webhook"], event["seq"]))
        if delivery is None or delivery["state"] == "pending":
            yield f"I7: {event['kind']} evt_{event['seq']} was never told: {delivery}"
        elif delivery["state"] == "delivered" and f"evt_{event['seq']}" not in heard:
            yield f"I7: evt_{event['seq']} counts as delivered and nobody heard it"


def isolated(history: History, final: Final) -> Iterator[str]:
    """I11: nobody sees or touches what is another organisation's."""
    for leak in history.leaks:
        yield f"I11: {leak}"
    for attempt in history.of("trespass", "ok"):
        yield f"I11: {attempt.process} was let do {attempt.path}"


def recorded(history: History, final: Final) -> Iterator[str]:
    """I8: every annotation has its audit row and its event, one each."""
    for annotation in final.annotations:
        if final.audited.get(annotation, 0) != 1:
            yield f"I8: annotation {annotation} has {final.audited.get(annotation, 0)} audit rows"
        if final.told.get(annotation, 0) != 1:
            yield f"I8: annotation {annotation} was told {final.told.get(annotation, 0)} times"


def idempotent(history: History, final: Final) -> Iterator[str]:
    """I10: the same request under the same key has one effect and one answer."""
    for attempt in history.of("replay", "ok", "fail"):
        if attempt.answer != attempt.value:
            yield f"I10: {attempt.path} answered {attempt.answer} to a repeat, before {attempt.value}"
    for attempt in history.of("reclaim", "ok"):
        new = {lease["lease"] for lease in attempt.answer["leases"]} - set(attempt.value)
        if new:
            yield f"I10: a claim that was repeated under its key granted {len(new)} leases more"
    for attempt in history.of("contradict", "ok"):
        yield f"I10: lease {attempt.value['lease']} took another label after the first"
    leases: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for attempt in history.of("claim", "ok"):
        granted = {lease["lease"] for lease in attempt.answer["leases"]}
        leases[attempt.labeler, attempt.key, attempt.value] |= granted
    for (_, key, asked), granted in leases.items():
        if len(granted) > asked:
            yield f"I10: claim {key} of {asked} was granted {len(granted)} leases by being repeated"


def statuses(history: History, final: Final) -> Iterator[str]:
    """No answer but those that are documented: never a 500."""
    unknown = Counter(
        (attempt.function, attempt.status)
        for attempt in history.attempts
        if attempt.status not in KNOWN_STATUSES
    )
    for (function, status), times in unknown.items():
        yield f"status {status} at {function}, {times} times"


MIDWAY: tuple[Check, ...] = (
    overlap,
    acknowledged,
    fences,
    held_in_peace,
    recorded,
    idempotent,
    isolated,
    statuses,
)
"""What holds at any moment, of a history that is not newer than the database it is held against."""
CHECKS: tuple[Check, ...] = (*MIDWAY, phantoms, ends, told)
"""What holds in the end."""


def violations(history: History, final: Final, checks: tuple[Check, ...] = CHECKS) -> list[str]:
    """Every promise that was broken."""
    return [sentence for check in checks for sentence in check(history, final)]


def canonical(label: Any) -> str:
    """Equal labels give equal text."""
    return json.dumps(label, sort_keys=True, ensure_ascii=False)
