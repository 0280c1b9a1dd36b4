"""Why a shift is not approved, corrected or voided."""

from ledger.errors import Refusal


class ShiftUnknown(Refusal):
    """The assignment has no such shift."""

    code = "shift-unknown"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Passet finns inte"
    title_en = "Shift not found"


class ShiftVoidedAlready(Refusal):
    """The shift was voided; it counts nowhere and cannot be approved, corrected or voided again."""

    code = "shift-voided"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Passet är makulerat"
    title_en = "Shift is voided"


class ShiftApprovedAlready(Refusal):
    """The shift's latest values are approved."""

    code = "shift-approved"
    clause = "domain 2: the attesting manager approves worked time"
    title_sv = "Passet är redan attesterat"
    title_en = "Shift approved already"


class ShiftImpossible(Refusal):
    """The times given are impossible, or lie outside the assignment's period."""

    code = "shift-impossible"
    clause = "domain 6: hours are elapsed time minus unpaid breaks"
    title_sv = "Passets tider är inte möjliga"
    title_en = "Shift times are impossible"


class ShiftOverlaps(Refusal):
    """The consultant was at work elsewhere at that time."""

    code = "shift-overlaps"
    clause = "domain 6: hours are elapsed time minus unpaid breaks"
    title_sv = "Passet överlappar ett annat"
    title_en = "Shift overlaps another"


class ShiftUnchanged(Refusal):
    """The correction says what is recorded already."""

    code = "shift-unchanged"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Rättelsen ändrar ingenting"
    title_en = "Correction changes nothing"
