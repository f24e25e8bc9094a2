"""Claim + submit by gRPC: a call each, or one stream of work for each labeler."""

from __future__ import annotations

import asyncio
import time

import grpc.aio
from load import Loops

from assay.wire.v1 import lease_pb2

SPORTS = b'{"topic":"sports"}'
CREDIT = 10
"""How many leases a labeler's stream holds: as many as a batch of ten."""


def _sent(message: object) -> bytes:
    return message.SerializeToString()  # type: ignore[attr-defined,no-any-return]  # every message has it


async def run_unary(target: str, keys: list[str], project: str, secs: float) -> Loops:
    """Claim one, submit one, a channel for each key."""
    loops, end = Loops(), time.perf_counter() + secs

    async def labeler(key: str) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        async with grpc.aio.insecure_channel(target, options=options) as channel:
            claim = channel.unary_unary(
                "/assay.v1.LeaseService/Claim", _sent, lease_pb2.ClaimResponse.FromString
            )
            submit = channel.unary_unary(
                "/assay.v1.LeaseService/Submit", _sent, lease_pb2.SubmitResponse.FromString
            )
            metadata = [("authorization", f"Bearer {key}")]
            while (began := time.perf_counter()) < end:
                answer = await claim(lease_pb2.ClaimRequest(project=project, count=1), metadata=metadata)
                claimed = time.perf_counter()
                if not answer.leases:
                    raise SystemExit("the tasks ran out: measure with more --tasks, or for fewer --secs")
                (lease,) = answer.leases
                wanted = lease_pb2.SubmitRequest(lease=lease.lease, fence=lease.fence, label=SPORTS)
                await submit(wanted, metadata=metadata)
                loops.claim_ms.append(1000 * (claimed - began))
                loops.submit_ms.append(1000 * (time.perf_counter() - claimed))
                loops.count += 1

    await asyncio.gather(*(labeler(key) for key in keys))
    return loops


async def run_streams(target: str, keys: list[str], project: str, secs: float) -> Loops:
    """Answer each lease as it comes; ``submit_ms`` is from a label to its acknowledgement."""
    loops, end = Loops(), time.perf_counter() + secs

    async def labeler(key: str) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        async with grpc.aio.insecure_channel(target, options=options) as channel:
            work = channel.stream_stream(
                "/assay.v1.LeaseService/Work", _sent, lease_pb2.WorkResponse.FromString
            )(metadata=[("authorization", f"Bearer {key}")])
            await work.write(lease_pb2.WorkRequest(project=project, credit=CREDIT))
            said: dict[str, float] = {}
            while time.perf_counter() < end:
                told = await work.read()
                for one in told.settlements:
                    loops.submit_ms.append(1000 * (time.perf_counter() - said.pop(one.lease)))
                    loops.count += bool(one.annotation)
                    loops.refused += not one.annotation
                labels = [
                    lease_pb2.Submission(lease=one.lease, fence=one.fence, label=SPORTS)
                    for one in told.leases
                ]
                said |= dict.fromkeys((one.lease for one in labels), time.perf_counter())
                if labels:
                    await work.write(lease_pb2.WorkRequest(submissions=labels))
            work.cancel()

    await asyncio.gather(*(labeler(key) for key in keys))
    return loops
