"""What each role covers, and how much each kind may hold."""

from __future__ import annotations

from uuid import UUID

from assay.domain.labeler import LabelerKind, Principal, Role


def test_each_role_covers_itself_and_those_below() -> None:
    order = [Role.LABELER, Role.REVIEWER, Role.MANAGER, Role.ADMIN]
    for place, role in enumerate(order):
        assert [role.covers(other) for other in order] == [n <= place for n in range(4)]


def test_a_person_holds_ten_leases_and_a_machine_a_thousand() -> None:
    assert {kind: kind.lease_quota for kind in LabelerKind} == {
        LabelerKind.PERSON: 10,
        LabelerKind.MODEL: 1000,
        LabelerKind.FUNCTION: 1000,
        LabelerKind.LLM: 1000,
    }


def test_managers_see_projects_for_members_only() -> None:
    seen = {}
    for role in Role:
        who = Principal(
            organization=UUID(int=1), labeler=UUID(int=2), name="x", kind=LabelerKind.PERSON, role=role
        )
        seen[role] = who.sees_all_projects
    assert seen == {Role.LABELER: False, Role.REVIEWER: False, Role.MANAGER: True, Role.ADMIN: True}
