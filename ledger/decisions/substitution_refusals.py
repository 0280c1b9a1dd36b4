"""Why a substitution, or an answer to one, is refused."""

from ledger.errors import Refusal

CLAUSE = "S4: the consultant agreed is the one who works"


class SubstitutionReasonUnknown(Refusal):
    """The reason is none of those the policy accepts."""

    code = "substitution-reason-unknown"
    clause = CLAUSE
    title_sv = "Skälet för byte av konsult godtas inte"
    title_en = "Reason for substitution not accepted"


class SubstitutionIncomplete(Refusal):
    """The substitute's presentation lacks documents that an offer needs."""

    code = "substitution-incomplete"
    clause = "domain 3.2: a named consultant with a presentation"
    title_sv = "Ersättarens presentation är ofullständig"
    title_en = "Presentation of the substitute is incomplete"


class SubstituteTheSame(Refusal):
    """The consultant proposed is the one agreed for that date already."""

    code = "substitute-the-same"
    clause = CLAUSE
    title_sv = "Ersättaren är redan den avtalade konsulten"
    title_en = "Substitute is the consultant agreed already"


class SubstitutionDateWrong(Refusal):
    """The date lies outside what is left of the assignment, or before an earlier substitution's."""

    code = "substitution-date-wrong"
    clause = "domain 3.5: substitution within the assignment"
    title_sv = "Bytet ligger utanför uppdraget"
    title_en = "Substitution outside the assignment"


class SubstitutionWaiting(Refusal):
    """Another proposal for the assignment waits for its answer."""

    code = "substitution-waiting"
    clause = "domain 3.5: substitution within the assignment"
    title_sv = "Ett annat förslag väntar på svar"
    title_en = "Another proposal waits for an answer"


class SubstitutionLimitReached(Refusal):
    """The assignment has had as many substitutions as the policy allows."""

    code = "substitution-limit-reached"
    clause = CLAUSE
    title_sv = "Uppdraget har redan bytt konsult så många gånger som får ske"
    title_en = "Substitution limit reached"


class SubstitutionNotProposed(Refusal):
    """No proposal for the assignment waits for an answer."""

    code = "substitution-not-proposed"
    clause = "domain 3.5: substitution within the assignment"
    title_sv = "Det finns inget förslag att besvara"
    title_en = "No proposal to answer"


class SubstitutionWorked(Refusal):
    """The consultant to be replaced is reported to have worked on or after the date."""

    code = "substitution-worked"
    clause = "domain 3.5: shifts planned, worked, approved"
    title_sv = "Den avtalade konsulten har arbetat efter bytesdagen"
    title_en = "Agreed consultant worked after the date"
