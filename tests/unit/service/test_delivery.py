"""Signatures and pauses of deliveries, against what is published."""

from __future__ import annotations

import pytest

from assay.domain.identifier import Identifiers
from assay.service.delivery import LONGEST_PAUSE_SECS, PAUSES_SECS, pause_secs, sign
from assay.service.secrets import Secrets, webhook_key

NOW = 1_767_225_600
"""2026-01-01T00:00:00Z"""


def test_the_published_vector() -> None:
    """Of the Standard Webhooks libraries' own tests."""
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_webhook_and_version_has_a_secret_of_its_own() -> None:
    ids = Identifiers(lambda: 0, lambda size: bytes(range(size)))
    one, other = ids.many(2)
    secrets = Secrets(b"the secret of an installation in tests")
    made = {secrets.webhook_secret(webhook, version) for webhook in (one, other) for version in (1, 2)}
    assert len(made) == 4
    for secret in made:
        assert secret.startswith("whsec_")
        assert 24 <= len(webhook_key(secret)) <= 64


def test_the_schedule_ends_after_ten_attempts_and_more_than_three_days() -> None:
    pauses = [pause_secs(attempts, None, NOW) for attempts in range(1, 11)]
    assert pauses == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, None]
    assert sum(PAUSES_SECS) > 3 * 86_400


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("120", 120),
        ("2", 5),
        ("999999999999", LONGEST_PAUSE_SECS),
        ("Thu, 01 Jan 2026 00:10:00 GMT", 600),
        ("Wed, 31 Dec 2025 00:00:00 GMT", 5),
        ("soon", 5),
        ("-7", 5),
        ("", 5),
    ],
)
def test_a_receiver_may_ask_for_more_time(asked: str, pause: float) -> None:
    assert pause_secs(1, asked, NOW) == pause
    assert pause_secs(10, asked, NOW) is None
