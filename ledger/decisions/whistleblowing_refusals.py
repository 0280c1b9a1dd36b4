"""Why a step of a whistleblowing case is refused."""

from ledger.errors import Refusal

ACT = "Lag (2021:890)"


class CaseReceivedAlready(Refusal):
    """The case id is taken."""

    code = "case-received"
    clause = f"{ACT}: follow-up of a report"
    title_sv = "Ärendet finns redan"
    title_en = "Case received already"


class CaseUnknown(Refusal):
    """No case was received under this id."""

    code = "case-unknown"
    clause = f"{ACT}: follow-up of a report"
    title_sv = "Ärendet finns inte"
    title_en = "Case not found"


class CaseStepTaken(Refusal):
    """The step has been taken; its clock has stopped."""

    code = "case-step-taken"
    clause = f"{ACT}: follow-up of a report"
    title_sv = "Steget är redan taget"
    title_en = "Step taken already"


class CaseStepEarly(Refusal):
    """A step comes before the one it follows."""

    code = "case-step-early"
    clause = f"{ACT}: receipt, acknowledgement, feedback, closing, disposal"
    title_sv = "Steget kommer före det som det följer på"
    title_en = "Step comes before the one it follows"


class CaseUnclassified(Refusal):
    """What is whistleblowing is the officer's decision, taken before the case is closed."""

    code = "case-unclassified"
    clause = f"{ACT}: what is whistleblowing is the officer's decision"
    title_sv = "Ärendet är inte klassificerat"
    title_en = "Case not classified"
