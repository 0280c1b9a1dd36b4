"""Why a step of a pension spot check is refused."""

from ledger.errors import Refusal

CLAUSE = "S4: spot checks of occupational pensions"
DRAW_CLAUSE = "S4: a selection that can be followed; a seed nobody could steer, fixed after the population"


class SpotCheckTaken(Refusal):
    """The id of the spot check is taken."""

    code = "spot-check-taken"
    clause = CLAUSE
    title_sv = "Stickprovet finns redan"
    title_en = "Spot check exists already"


class SpotCheckUnknown(Refusal):
    """No population was frozen under this id."""

    code = "spot-check-unknown"
    clause = CLAUSE
    title_sv = "Stickprovet finns inte"
    title_en = "Spot check not found"


class PopulationEmpty(Refusal):
    """Nobody was under contract with the supplier in the period."""

    code = "population-empty"
    clause = CLAUSE
    title_sv = "Ingen att kontrollera under perioden"
    title_en = "Nobody to check in the period"


class SampleDrawnAlready(Refusal):
    """The sample is drawn; another draw would let somebody choose."""

    code = "sample-drawn"
    clause = DRAW_CLAUSE
    title_sv = "Urvalet är redan draget"
    title_en = "Sample drawn already"


class SampleValueTooEarly(Refusal):
    """The public value was fixed before the population was frozen."""

    code = "sample-value-too-early"
    clause = DRAW_CLAUSE
    title_sv = "Urvalets värde fastställdes före populationen"
    title_en = "Sample value fixed too early"


class SampleNotAsFrozen(Refusal):
    """The value comes from another beacon or round than was named when the population was frozen."""

    code = "sample-not-as-frozen"
    clause = DRAW_CLAUSE
    title_sv = "Urvalets värde följer inte den regel som fastställdes"
    title_en = "Sample value not as frozen"


class NotInSample(Refusal):
    """The consultant was not drawn."""

    code = "not-in-sample"
    clause = CLAUSE
    title_sv = "Konsulten ingår inte i urvalet"
    title_en = "Consultant not in the sample"


class EvidenceNotAccepted(Refusal):
    """The policy does not accept this kind of evidence, or it does not fit the consultant."""

    code = "evidence-not-accepted"
    clause = "S4: suppliers ask for verification by an auditor's certificate"
    title_sv = "Underlaget godtas inte"
    title_en = "Evidence not accepted"


class AmountsMisplaced(Refusal):
    """A statement gives the pay; an auditor's certificate and an own company give no amounts."""

    code = "amounts-misplaced"
    clause = CLAUSE
    title_sv = "Beloppen hör inte till underlaget"
    title_en = "Amounts do not fit the evidence"


class EvidenceAwaited(Refusal):
    """Evidence may still come; nobody is judged before the time to reply is out."""

    code = "evidence-awaited"
    clause = CLAUSE
    title_sv = "Underlag kan fortfarande komma in"
    title_en = "Evidence is awaited"


class SpotCheckConcludedAlready(Refusal):
    """The spot check is concluded; what comes after is a new one."""

    code = "spot-check-concluded"
    clause = CLAUSE
    title_sv = "Stickprovet är avslutat"
    title_en = "Spot check concluded"
