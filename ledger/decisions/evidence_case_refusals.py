"""Why a step of an evidence case is refused."""

from ledger.errors import Refusal

CLAUSE = "house rule 3: a case answers as known at one position"


class EvidenceCaseOpenedAlready(Refusal):
    """The case id is taken."""

    code = "evidence-case-opened"
    clause = CLAUSE
    title_sv = "Ärendet är redan öppnat"
    title_en = "Evidence case opened already"


class EvidenceCaseUnknown(Refusal):
    """No case was opened under this id."""

    code = "evidence-case-unknown"
    clause = CLAUSE
    title_sv = "Ärendet finns inte"
    title_en = "Evidence case not found"


class EvidenceCaseClosedAlready(Refusal):
    """The case is closed; what it holds was given to somebody."""

    code = "evidence-case-closed"
    clause = CLAUSE
    title_sv = "Ärendet är stängt"
    title_en = "Evidence case closed"


class EvidenceBeyondPin(Refusal):
    """The case does not know of it: it was recorded after the position that the case pins."""

    code = "evidence-beyond-pin"
    clause = CLAUSE
    title_sv = "Ärendet känner inte till det"
    title_en = "Beyond what the case knows"


class EvidenceAddedAlready(Refusal):
    """It is in the case."""

    code = "evidence-added"
    clause = CLAUSE
    title_sv = "Det finns redan i ärendet"
    title_en = "In the case already"


class EvidenceRepeated(Refusal):
    """The same thing is named twice in one command."""

    code = "evidence-repeated"
    clause = CLAUSE
    title_sv = "Samma sak nämns två gånger"
    title_en = "The same thing named twice"


class EvidenceEmpty(Refusal):
    """Nothing is named."""

    code = "evidence-empty"
    clause = CLAUSE
    title_sv = "Inget är nämnt"
    title_en = "Nothing is named"
