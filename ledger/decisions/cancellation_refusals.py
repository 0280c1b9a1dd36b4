"""Why a cancellation of an assignment is refused."""

from ledger.errors import Refusal


class AssignmentCancelledAlready(Refusal):
    """The assignment was cancelled before."""

    code = "assignment-cancelled"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Uppdraget är redan avbokat"
    title_en = "Assignment cancelled already"


class CancelledAfterEnd(Refusal):
    """An assignment that has run out cannot be cancelled."""

    code = "cancelled-after-end"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Uppdraget har redan löpt ut"
    title_en = "Assignment has run out"


class CancelledBeforeContract(Refusal):
    """What was not concluded yet cannot have been cancelled."""

    code = "cancelled-before-contract"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Avbokningen anges före avtalet"
    title_en = "Cancelled before its contract"


class WorkedAfterCancellation(Refusal):
    """Shifts are reported on or after the date the assignment is said to have been cancelled from."""

    code = "worked-after-cancellation"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Det finns arbetade pass efter avbokningsdagen"
    title_en = "Shifts worked after the cancellation"


class CancelsForOther(Refusal):
    """A supplier's mandate cancels for that supplier, a regional one for the region."""

    code = "cancels-for-other"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Avbokningen görs för fel part"
    title_en = "Cancels on behalf of the other side"


class CancellationCauseUnknown(Refusal):
    """The kind of cause is none of those the policy knows."""

    code = "cancellation-cause-unknown"
    clause = "domain 3.5: cancellation by either side with cause"
    title_sv = "Avbokningens orsak är inte känd"
    title_en = "Cause of cancellation unknown"
