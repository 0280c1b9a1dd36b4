"""Why a step of a deviation, from its report to the breach notice, is refused."""

from ledger.errors import Refusal


class DeviationReportedAlready(Refusal):
    """The deviation id is taken."""

    code = "deviation-reported"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen är redan rapporterad"
    title_en = "Deviation reported already"


class DeviationUnknown(Refusal):
    """No deviation was reported under this id."""

    code = "deviation-unknown"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen finns inte"
    title_en = "Deviation not found"


class DeviationOfOther(Refusal):
    """The assignment named belongs to another supplier, region, authority, lot, unit or order."""

    code = "deviation-of-other"
    clause = "20.3: supplier deviations"
    title_sv = "Uppdraget hör inte till avvikelsens parter"
    title_en = "Assignment is not of these parties"


class DeviationDoubled(Refusal):
    """The same event was reported with another cause; reports of one event share their cause."""

    code = "deviation-doubled"
    clause = "domain 6: one event counts once"
    title_sv = "Händelsen är redan rapporterad med en annan orsak"
    title_en = "Same event reported with another cause"


class DeviationAhead(Refusal):
    """What has not happened cannot be reported."""

    code = "deviation-ahead"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen ligger i framtiden"
    title_en = "Deviation lies ahead"


class DeviationKindUnknown(Refusal):
    """The policy's taxonomy has no such kind, or gives it no severity."""

    code = "deviation-kind-unknown"
    clause = "domain 5, topic 21: deviation taxonomy and severity are policy"
    title_sv = "Avvikelsetypen finns inte i policyn"
    title_en = "Deviation kind not in the policy"


class FactForeign(Refusal):
    """A position named as a fact holds nothing about the supplier."""

    code = "fact-foreign"
    clause = "domain 3.7: a deviation rests on facts about the supplier"
    title_sv = "Omständigheten rör inte leverantören"
    title_en = "Fact does not concern the supplier"


class FactExcused(Refusal):
    """A position named as a fact is a late confirmation that the channel caused, as somebody decided."""

    code = "fact-excused"
    clause = "domain 3.4: lateness caused by the channel is excused"
    title_sv = "Förseningen är ursäktad"
    title_en = "The lateness is excused"


class DeviationCommunicatedAlready(Refusal):
    """The supplier was told before; its time to reply runs from then."""

    code = "deviation-communicated"
    clause = "domain 3.7: reported, communicated, replied"
    title_sv = "Avvikelsen är redan kommunicerad"
    title_en = "Deviation communicated already"


class DeviationNotCommunicated(Refusal):
    """The supplier has not been told of the deviation."""

    code = "deviation-not-communicated"
    clause = "domain 3.7: reported, communicated, replied"
    title_sv = "Avvikelsen är inte kommunicerad"
    title_en = "Deviation not communicated"


class DeviationRepliedAlready(Refusal):
    """The supplier's reply is recorded."""

    code = "deviation-replied"
    clause = "domain 3.7: reported, communicated, replied"
    title_sv = "Leverantören har redan svarat"
    title_en = "Supplier has replied already"


class ReplyForOther(Refusal):
    """A supplier replies for itself only."""

    code = "reply-for-other"
    clause = "domain 3.7: reported, communicated, replied"
    title_sv = "Svaret lämnas för en annan leverantör"
    title_en = "Reply on behalf of another supplier"


class ReplyStillOpen(Refusal):
    """Nothing is decided before the supplier has replied or its time to reply has passed."""

    code = "reply-still-open"
    clause = "domain 3.7: reported, communicated, replied"
    title_sv = "Leverantörens svarstid löper"
    title_en = "Time to reply is still running"


class DeviationDecidedAlready(Refusal):
    """The deviation was upheld or dismissed before."""

    code = "deviation-decided"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen är redan avgjord"
    title_en = "Deviation decided already"


class DeviationWithdrawnAlready(Refusal):
    """The region has taken the deviation back."""

    code = "deviation-withdrawn"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen är återtagen"
    title_en = "Deviation is withdrawn"


class DeviationNotUpheld(Refusal):
    """Only an upheld deviation is followed by a breach notice."""

    code = "deviation-not-upheld"
    clause = "21: breach notice"
    title_sv = "Avvikelsen är inte fastställd"
    title_en = "Deviation is not upheld"


class DeviationDismissed(Refusal):
    """A dismissed deviation counts nowhere; there is nothing to take back."""

    code = "deviation-dismissed"
    clause = "20.3: supplier deviations"
    title_sv = "Avvikelsen är avskriven"
    title_en = "Deviation was dismissed"


class BreachNoticedAlready(Refusal):
    """The breach notice was served before."""

    code = "breach-noticed"
    clause = "21: breach notice"
    title_sv = "Reklamationen är redan delgiven"
    title_en = "Breach notice served already"


class StepBackdated(Refusal):
    """A step cannot have been taken before the one it follows."""

    code = "step-backdated"
    clause = "domain 3.7: reported, communicated, replied, decided, noticed"
    title_sv = "Steget är daterat före det föregående"
    title_en = "Step dated before the one it follows"
