"""Why a contractual measure, or its serving or release, is refused."""

from ledger.errors import Refusal


class MeasureDecidedAlready(Refusal):
    """The measure id is taken; a changed measure is a new one."""

    code = "measure-decided"
    clause = "domain 6: each step up or down is a decision"
    title_sv = "Åtgärden är redan beslutad"
    title_en = "Measure decided already"


class MeasureUnknown(Refusal):
    """No measure was decided under this id."""

    code = "measure-unknown"
    clause = "domain 6: each step up or down is a decision"
    title_sv = "Åtgärden finns inte"
    title_en = "Measure not found"


class RungOutOfPlace(Refusal):
    """A national rung is for no single region, a region's quarantine for exactly one."""

    code = "rung-out-of-place"
    clause = "24.2 and 24.3: against one region, against several"
    title_sv = "Trappsteget passar inte regionen"
    title_en = "Rung does not fit the region"


class MeasureKindUnclear(Refusal):
    """The rung leaves a choice that was not made, or the kind named is of another rung."""

    code = "measure-kind-unclear"
    clause = "20.2, 20.7, 21, 24.1: each contractual measure has its own ground"
    title_sv = "Åtgärdens slag är oklart"
    title_en = "Kind of measure unclear"


class MeasureClauseWrong(Refusal):
    """The policy connects this kind of measure with other clauses."""

    code = "measure-clause-wrong"
    clause = "20.2, 20.7, 21, 24.1: each contractual measure has its own ground"
    title_sv = "Åtgärden stöds på fel avtalspunkt"
    title_en = "Measure rests on a wrong clause"


class BreachNotRepeated(Refusal):
    """The clause asks for a breach after notice of a former one."""

    code = "breach-not-repeated"
    clause = "24.2 and 24.3: repeated breach"
    title_sv = "Avtalsbrottet är inte upprepat"
    title_en = "Breach is not repeated"


class RegionsTooFew(Refusal):
    """The clause asks for breaches against more regions."""

    code = "regions-too-few"
    clause = "24.3: repeated breach against several regions"
    title_sv = "Avtalsbrotten rör för få regioner"
    title_en = "Too few regions"


class NoticePeriodWrong(Refusal):
    """A termination by notice ends the agreement too early, or another measure names such an end."""

    code = "notice-period-wrong"
    clause = "24.1: termination by notice"
    title_sv = "Uppsägningstiden stämmer inte"
    title_en = "Period of notice is wrong"


class AmountAbovePolicy(Refusal):
    """The amount is more than the policy's tables and cap allow."""

    code = "amount-above-policy"
    clause = "20.2 and 20.7: administration fee and penalty"
    title_sv = "Beloppet är högre än policyn tillåter"
    title_en = "Amount above the policy"


class AmountWithoutGround(Refusal):
    """The policy charges none of the kinds of deviation relied on."""

    code = "amount-without-ground"
    clause = "20.2 and 20.7: administration fee and penalty"
    title_sv = "Avgiften eller vitet saknar grund i policyn"
    title_en = "Amount without ground in the policy"


class ChargedAlready(Refusal):
    """One event is charged once by the same kind of measure."""

    code = "charged-already"
    clause = "domain 6: one event counts once"
    title_sv = "Händelsen är redan debiterad"
    title_en = "Event charged already"


class DisregardedWrong(Refusal):
    """A fact disregarded is of no deviation of the supplier."""

    code = "disregarded-wrong"
    clause = "domain 7: facts relied on and disregarded"
    title_sv = "Det som bortses från rör inte leverantören"
    title_en = "A fact disregarded is not of the supplier"


class ReplyTimeShort(Refusal):
    """The supplier had less time to reply than the policy gives it."""

    code = "reply-time-short"
    clause = "domain 7: communicated when and reply until"
    title_sv = "Leverantören fick för kort svarstid"
    title_en = "Time to reply too short"


class EndOrReviewMissing(Refusal):
    """A quarantine always has an end or a review date."""

    code = "end-or-review-missing"
    clause = "domain 6: quarantine always with an end or a review date"
    title_sv = "Karantän saknar slut- eller omprövningsdag"
    title_en = "Quarantine without end or review date"


class MeasurePeriodWrong(Refusal):
    """An end or review date lies before the decision, or a quarantine's later than the policy allows."""

    code = "measure-period-wrong"
    clause = "domain 6: quarantine always with an end or a review date"
    title_sv = "Åtgärdens tid är inte möjlig"
    title_en = "Measure dates are impossible"


class ReplyNotAwaited(Refusal):
    """The supplier has not replied and its time to reply has not passed."""

    code = "reply-not-awaited"
    clause = "domain 7: communicated when and reply until"
    title_sv = "Leverantörens svarstid har inte löpt ut"
    title_en = "Supplier's time to reply has not passed"


class CommunicationOutOfOrder(Refusal):
    """A measure is communicated before a reply to it can come, and with some time for it."""

    code = "communication-out-of-order"
    clause = "domain 7: communicated when and reply until"
    title_sv = "Kommuniceringens tider stämmer inte"
    title_en = "Communication times out of order"


class ReliedOnWrong(Refusal):
    """A fact relied on is of no deviation that counts there: upheld, noticed in time, inside the window."""

    code = "relied-on-wrong"
    clause = "domain 7: facts relied on and disregarded"
    title_sv = "Åtgärden stöds på fel omständighet"
    title_en = "Measure relies on a wrong fact"


class ReliedOnNothing(Refusal):
    """A step up rests on facts."""

    code = "relied-on-nothing"
    clause = "domain 7: facts relied on and disregarded"
    title_sv = "Åtgärden saknar underlag"
    title_en = "Measure relies on nothing"


class ReliedOnAndDisregarded(Refusal):
    """The same fact is both relied on and disregarded."""

    code = "relied-on-and-disregarded"
    clause = "domain 7: facts relied on and disregarded"
    title_sv = "Samma omständighet åberopas och bortses från"
    title_en = "A fact is both relied on and disregarded"


class MeasureServedAlready(Refusal):
    """The measure was served before and has been in effect since."""

    code = "measure-served"
    clause = "domain 6: a measure takes effect when served"
    title_sv = "Åtgärden är redan delgiven"
    title_en = "Measure served already"


class MeasureNotServed(Refusal):
    """A measure that never took effect cannot be released."""

    code = "measure-not-served"
    clause = "domain 6: a measure takes effect when served"
    title_sv = "Åtgärden är inte delgiven"
    title_en = "Measure not served"


class MeasureReleasedAlready(Refusal):
    """The measure was lifted before."""

    code = "measure-released"
    clause = "domain 6: release is a decision"
    title_sv = "Åtgärden är redan hävd"
    title_en = "Measure released already"


class ServedBeforeDecided(Refusal):
    """A measure cannot reach the supplier before it was decided."""

    code = "served-before-decided"
    clause = "domain 6: a measure takes effect when served"
    title_sv = "Delgivningen är daterad före beslutet"
    title_en = "Served before it was decided"


DECISION_REFUSALS: tuple[type[Refusal], ...] = (
    MeasureDecidedAlready,
    RungOutOfPlace,
    MeasureKindUnclear,
    ReplyTimeShort,
    CommunicationOutOfOrder,
    ReplyNotAwaited,
    ReliedOnNothing,
    ReliedOnAndDisregarded,
    ReliedOnWrong,
    DisregardedWrong,
    MeasureClauseWrong,
    RegionsTooFew,
    BreachNotRepeated,
    EndOrReviewMissing,
    MeasurePeriodWrong,
    NoticePeriodWrong,
    ChargedAlready,
    AmountWithoutGround,
    AmountAbovePolicy,
)
