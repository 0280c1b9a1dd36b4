"""Refusals that several decisions share. Each is a reason, with its code and the clause behind it."""

from ledger.errors import Refusal

DEADLINE_CLAUSE = "domain 6: confirmation deadline in working days of the frozen calendar"


class MandateMissing(Refusal):
    """The command was given without a mandate."""

    code = "mandate-missing"
    clause = "S3: only authorised orderers order"
    title_sv = "Behörighet saknas"
    title_en = "No mandate given"


class MandateNotHeld(Refusal):
    """The mandate was never granted, or not to this actor."""

    code = "mandate-not-held"
    clause = "S3: only authorised orderers order"
    title_sv = "Behörigheten tillhör någon annan"
    title_en = "Mandate not held by this actor"


class MandateRoleWrong(Refusal):
    """The mandate is for another role."""

    code = "mandate-role-wrong"
    clause = "S3: only authorised orderers order"
    title_sv = "Behörigheten avser en annan roll"
    title_en = "Mandate for another role"


class MandateNotInForce(Refusal):
    """The mandate had not begun, had ended, or was revoked."""

    code = "mandate-not-in-force"
    clause = "S3: only authorised orderers order"
    title_sv = "Behörigheten gäller inte vid tidpunkten"
    title_en = "Mandate not in force"


class MandateOutOfScope(Refusal):
    """The mandate does not cover this agreement, region or unit."""

    code = "mandate-out-of-scope"
    clause = "S3: only authorised orderers order"
    title_sv = "Behörigheten omfattar inte enheten"
    title_en = "Mandate does not cover the unit"


class MandateAmountExceeded(Refusal):
    """The order costs more than the mandate allows, or nobody knows what it costs and the policy wants to."""

    code = "mandate-amount-exceeded"
    clause = "S3: only authorised orderers order; domain 5, topic 9: mandates up to an amount"
    title_sv = "Behörighetens beloppsgräns överskrids"
    title_en = "Mandate's amount exceeded"


class ActsForOther(Refusal):
    """A supplier's mandate is for that supplier's own affairs."""

    code = "acts-for-other"
    clause = "domain 2: a supplier answers, confirms and replies for itself"
    title_sv = "Behörigheten gäller en annan leverantör"
    title_en = "Mandate acts for another supplier"


class AgreementNotInForce(Refusal):
    """Orders are placed and suppliers join while the agreement runs; assignments may outlive it."""

    code = "agreement-not-in-force"
    clause = "S2, S3: the agreement runs for four years; domain 1: two agreements side by side"
    title_sv = "Avtalet gäller inte den dagen"
    title_en = "Agreement not in force on that day"


class PolicyMissing(Refusal):
    """No policy has been published for the agreement."""

    code = "policy-missing"
    clause = "domain 3.1: an order pins the policy version in force"
    title_sv = "Ingen policy är publicerad"
    title_en = "No policy published"


class PolicyTermMissing(Refusal):
    """The policy version has no value of a term that the rule needs."""

    code = "policy-term-missing"
    clause = "domain 5: policy is versioned data"
    title_sv = "Policyn saknar ett värde"
    title_en = "A policy value is missing"


class RegionUnknown(Refusal):
    """The region was never registered."""

    code = "region-unknown"
    clause = "domain 1: all regions use the agreement"
    title_sv = "Regionen är inte registrerad"
    title_en = "Region not registered"


class RegionNotAcceded(Refusal):
    """The region had not joined the agreement for this lot on the date."""

    code = "region-not-acceded"
    clause = "S3: a region calls off by its own award decision"
    title_sv = "Regionen har inte anslutit sig till delområdet"
    title_en = "Region has not acceded to the lot"


class DecidedAfterwards(Refusal):
    """A decision cannot take effect before it was made."""

    code = "decided-afterwards"
    clause = "S3: a region calls off by its own award decision"
    title_sv = "Beslutet är fattat efter att det börjat gälla"
    title_en = "Decided after it took effect"


class OrderUnknown(Refusal):
    """No order with this id was published."""

    code = "order-unknown"
    clause = "domain 3.1: an order is published to its recipients"
    title_sv = "Avropet finns inte"
    title_en = "Order not published"


class OrderWithdrawnAlready(Refusal):
    """The unit has withdrawn the order."""

    code = "order-withdrawn"
    clause = "domain 3.1: an order may be withdrawn before its award"
    title_sv = "Avropet är återkallat"
    title_en = "Order withdrawn"


class OrderAwardedAlready(Refusal):
    """The order has an award, so its offers are fixed and no longer sealed."""

    code = "order-awarded"
    clause = "domain 3.2: offers are sealed until the award"
    title_sv = "Avropet är redan tilldelat"
    title_en = "Order awarded already"


class OfferUnknown(Refusal):
    """The order has no such offer from this supplier."""

    code = "offer-unknown"
    clause = "domain 3.2: an offer answers one order"
    title_sv = "Avropssvaret finns inte"
    title_en = "Offer not found"


class InstantAhead(Refusal):
    """An instant lies after the moment the command was received: what has not happened is not recorded."""

    code = "instant-ahead"
    clause = "domain 6: two times on everything, valid and recorded"
    title_sv = "Tidpunkten ligger i framtiden"
    title_en = "Instant lies ahead"


class AwardUnknown(Refusal):
    """The offer has no award on this order."""

    code = "award-unknown"
    clause = "domain 3.4: acceptance and confirmation follow an award"
    title_sv = "Tilldelningen finns inte"
    title_en = "Award not found"


class AwardLapsedAlready(Refusal):
    """The award came to nothing."""

    code = "award-lapsed"
    clause = "domain 3.3: re-award only after an award came to nothing"
    title_sv = "Tilldelningen har förfallit"
    title_en = "Award lapsed"
