"""Changes of mandates: who acts for a function, and revocation. Neither looks backwards in time."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    OWNERS,
    mandate_of,
    require_mandate,
    require_office,
)
from ledger.decisions.mandate_refusals import (
    MandateHolderUnclear,
    MandateRevokedAlready,
    MandateUnknown,
    RevocationBackdated,
)
from ledger.events.parties import (
    MandateMembersNamed,
    MandateRevoked,
)
from ledger.facts.mandates import Mandate, mandates
from ledger.values import (
    ActorId,
    Instant,
    MandateId,
    Text,
    instant_text,
)


@command
class NameMembers:
    """Name the persons who act for a function, in place of the former; from now on unless a later instant."""

    mandate: MandateId
    members: tuple[ActorId, ...]
    from_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """The mandate that the command is given under, and the function's."""

    mine: Mandate
    function: Mandate


def _member_facts(command: NameMembers, context: Context) -> Asking[MemberFacts]:
    mine = yield from mandate_of(context)
    function = yield mandates(command.mandate)
    return MemberFacts(mine, function)


@decides(
    NameMembers,
    facts=_member_facts,
    example={"mandate": "m-1", "members": ["person-1", "person-2"]},
    raises=(*MANDATE_REFUSALS, MandateUnknown, MandateHolderUnclear, RevocationBackdated),
)
def name_members(command: NameMembers, facts: MemberFacts, context: Context) -> Ruling:
    """A contract owner or central management names who acts for a function, never backwards in time."""
    if facts.function.granted is None:
        raise MandateUnknown(f"{command.mandate} was never granted", "mandate")
    grant, known = facts.function.granted.event, facts.function.positions()
    place = (grant.agreement, grant.region or "", "")
    require_mandate(facts.mine, context, OWNERS, place, context.received_at)
    if grant.held_as != "function" or not command.members:
        detail = f"{command.mandate} is held as {grant.held_as}; {len(command.members)} members are named"
        raise MandateHolderUnclear(detail, "members", known)
    at = context.received_at if command.from_at is None else command.from_at
    if at < context.received_at:
        raise RevocationBackdated(f"{instant_text(at)} lies before the command", "from_at", known)
    named = MandateMembersNamed(
        mandate=command.mandate, members=command.members, from_at=at, named_by=context.actor
    )
    return Ruling((named,))


@command
class RevokeMandate:
    """End a mandate before its date; from now on unless a later instant is given."""

    mandate: MandateId
    revoked_at: Instant | None = None
    reason: Text


@dataclass(frozen=True, slots=True)
class RevokeFacts:
    """The mandate that the command is given under, and the one to revoke."""

    mine: Mandate
    held: Mandate


def _revoke_facts(command: RevokeMandate, context: Context) -> Asking[RevokeFacts]:
    mine = yield from mandate_of(context)
    held = yield mandates(command.mandate)
    return RevokeFacts(mine, held)


@decides(
    RevokeMandate,
    facts=_revoke_facts,
    example={"mandate": "m-1", "reason": "The function was moved to the call-off unit"},
    raises=(*MANDATE_REFUSALS, MandateUnknown, MandateRevokedAlready, RevocationBackdated),
)
def revoke_mandate(command: RevokeMandate, facts: RevokeFacts, context: Context) -> Ruling:
    """Owners and the delegator revoke a granted mandate once, and never backwards in time."""
    held = facts.held
    if held.granted is None:
        raise MandateUnknown(f"{command.mandate} was never granted", "mandate")
    grant = held.granted.event
    roles = OWNERS if grant.under != context.mandate else OWNERS | {grant.role}
    require_office(facts.mine, context, roles, grant.agreement, grant.region or "")
    if held.revoked is not None:
        raise MandateRevokedAlready(f"{command.mandate} is revoked", "mandate", held.positions())
    at = context.received_at if command.revoked_at is None else command.revoked_at
    if at < context.received_at:
        detail = f"{instant_text(at)} lies before the command, received {instant_text(context.received_at)}"
        raise RevocationBackdated(detail, "revoked_at", held.positions())
    return Ruling((MandateRevoked(mandate=command.mandate, revoked_at=at, reason=command.reason),))
