"""Reference checks: that somebody was asked about a consultant, when, by whom and with what result."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.offer_intake import trust
from ledger.decisions.records import (
    RECORD_REFUSALS,
    RecordFacts,
    record_facts,
    require_happened,
    require_recorder,
)
from ledger.events.credentials import ReferenceChecked, ReferenceResult
from ledger.values import Code, ConsultantId, LocalDate, Text


@command
class CheckReference:
    """Record a reference taken about a consultant, without naming who gave it or what was said."""

    consultant: ConsultantId
    taken_on: LocalDate
    taken_by: Text
    referee_role: Code
    result: ReferenceResult


def _facts(command: CheckReference, context: Context) -> Asking[RecordFacts]:
    return (yield from record_facts(command.consultant, context))


@decides(
    CheckReference,
    facts=_facts,
    example={
        "consultant": "c-7f3a91",
        "taken_on": "2024-11-20",
        "taken_by": "supplier quality function",
        "referee_role": "head-of-unit",
        "result": "recommends",
    },
    raises=RECORD_REFUSALS,
)
def check_reference(command: CheckReference, facts: RecordFacts, context: Context) -> Ruling:
    """By the consultant's supplier or an owner of the agreement, when it has been taken."""
    require_recorder(facts, command.consultant, context)
    require_happened(command.taken_on, context, "taken_on")
    checked = ReferenceChecked(
        consultant=command.consultant,
        taken_on=command.taken_on,
        taken_by=command.taken_by,
        referee_role=command.referee_role,
        result=command.result,
        trust=trust(context),
    )
    return Ruling((checked,))
