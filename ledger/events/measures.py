"""Events about contractual measures: ladder steps, quarantine, fee, termination. Effective when served."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ledger.events.base import event
from ledger.events.policy import TermUsed
from ledger.values import (
    ActorId,
    AgreementId,
    AuthorityId,
    Code,
    Instant,
    LocalDate,
    LotId,
    MeasureId,
    Ore,
    RegionId,
    RegistryNumber,
    SupplierId,
    Text,
)

Rung = Literal[
    "none",
    "remark",
    "action-plan",
    "warning",
    "fee-or-penalty",
    "quarantine",
    "national-quarantine",
    "termination",
]
RUNGS: tuple[Rung, ...] = (
    "none", "remark", "action-plan", "warning", "fee-or-penalty", "quarantine", "national-quarantine",
    "termination",
)  # fmt: skip
MeasureKind = Literal[
    "step-down",
    "remark",
    "action-plan",
    "warning",
    "admin-fee",
    "contract-penalty",
    "quarantine",
    "termination-for-breach",
    "termination-by-notice",
]
KINDS_OF: Mapping[Rung, tuple[MeasureKind, ...]] = MappingProxyType({
    "none": ("step-down",),
    "remark": ("remark",),
    "action-plan": ("action-plan",),
    "warning": ("warning",),
    "fee-or-penalty": ("admin-fee", "contract-penalty"),
    "quarantine": ("quarantine",),
    "national-quarantine": ("quarantine",),
    "termination": ("termination-for-breach", "termination-by-notice"),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a measure does while in effect, by the policy when it was decided.

    Whether new orders are not sent, whether offers not yet awarded are excluded, and whether running
    assignments are to end: that last is somebody's decision, assignment by assignment.
    """

    bars_orders: bool
    excludes_offers: bool
    ends_assignments: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one cause is charged with, in öre."""

    cause: Code
    kind: Code
    amount_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decided: a pseudonym, the employer, the delegation, and the declaration of interests."""

    actor: ActorId
    employer: AuthorityId
    delegation: Text
    conflict_of_interest: Text


@event("measure-decided", tags=("measure", "supplier"))
class MeasureDecided:
    """A contractual measure, not an exercise of public authority, was decided with all that domain 7 asks.

    ``amount_ore`` is what is charged, at most ``amount_max_ore``: the policy's sum of ``charges`` under its
    cap. ``agreement_ends_on`` is the first local date without an agreement after a termination by notice.
    """

    measure: MeasureId
    agreement: AgreementId
    supplier: SupplierId
    lot: LotId
    region: RegionId | None
    rung: Rung
    legal_character: Literal["contractual-measure"]
    contracting_party: Text
    registry_number: RegistryNumber
    clause: Text
    relied_on: tuple[int, ...]
    disregarded: tuple[int, ...]
    communicated_at: Instant
    reply_by: Instant
    replied_at: Instant | None
    reasons: Text
    alternatives: Text
    effective: Literal["when-served"]
    ends_on: LocalDate | None
    review_on: LocalDate | None
    running_assignments: Text
    open_offers: Text
    decided_at: Instant
    decider: Decider
    board_reported_on: LocalDate | None
    noticeboard_on: LocalDate | None
    rung_indicated: Rung
    terms: tuple[TermUsed, ...]
    kind: MeasureKind
    proportionality: Text
    effects: Effects
    amount_ore: Ore | None = None
    amount_max_ore: Ore | None = None
    charges: tuple[Charge, ...] = ()
    agreement_ends_on: LocalDate | None = None


@event("measure-served", tags=("measure", "supplier"))
class MeasureServed:
    """A measure reached the supplier and took effect."""

    measure: MeasureId
    supplier: SupplierId
    served_at: Instant
    channel: Code


@event("measure-reviewed", tags=("measure", "supplier"))
class MeasureReviewed:
    """A measure in effect was reviewed and kept, until ``ends_on`` or the next ``review_on``."""

    measure: MeasureId
    supplier: SupplierId
    reviewed_at: Instant
    ends_on: LocalDate | None
    review_on: LocalDate | None
    decider: Decider
    reasons: Text
    terms: tuple[TermUsed, ...]


@event("measure-released", tags=("measure", "supplier"))
class MeasureReleased:
    """A measure was lifted before its end, by decision."""

    measure: MeasureId
    supplier: SupplierId
    released_at: Instant
    decider: Decider
    reasons: Text
