"""Why an invoiced line does not match: each reason with its clause and its titles (domain 3.6)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.events.invoices import MismatchCode
from ledger.policy.model import Resolved

ORDER = "domain 3.6: invoice lines matched to order"
ARTICLE = "domain 3.6: invoice lines matched to article"
HOURS = "domain 3.6: invoice lines matched to approved hours"
PRICE = "S3: national prices; topics 17 and 18"


@dataclass(frozen=True, slots=True)
class MismatchReason:
    """A reason in words: its clause, and its titles in Swedish and English."""

    clause: str
    title_sv: str
    title_en: str


REASONS: Mapping[MismatchCode, MismatchReason] = {
    "assignment-unknown": MismatchReason(ORDER, "Uppdraget finns inte", "No such assignment"),
    "order-wrong": MismatchReason(ORDER, "Uppdraget hör till ett annat avrop", "Assignment of another order"),
    "supplier-wrong": MismatchReason(
        ORDER, "Uppdraget är en annan leverantörs", "Assignment of another supplier"
    ),
    "buyer-wrong": MismatchReason(ORDER, "Uppdraget är en annan regions", "Assignment of another region"),
    "lot-wrong": MismatchReason(ORDER, "Uppdraget hör till ett annat delområde", "Assignment of another lot"),
    "article-wrong": MismatchReason(ARTICLE, "Fel artikelnummer", "Wrong article number"),
    "article-not-in-force": MismatchReason(
        ARTICLE, "Artikelnumret gäller inte på dagen", "Article number not in force on the date"
    ),
    "shift-missing": MismatchReason(HOURS, "Inget pass den dagen", "No shift on that date"),
    "hours-not-approved": MismatchReason(HOURS, "Tiden är inte attesterad", "Hours are not approved"),
    "duplicate": MismatchReason(HOURS, "Redan fakturerat", "Invoiced before"),
    "hours-exceed": MismatchReason(HOURS, "Fler timmar än de attesterade", "More hours than were approved"),
    "supplement-not-due": MismatchReason(
        PRICE, "Tillägget utgår inte för tiden", "Supplement is not due for that time"
    ),
    "supplement-exceeds": MismatchReason(
        PRICE, "Fler timmar med tillägg än de attesterade", "More hours with supplement than approved"
    ),
    "travel-not-due": MismatchReason(PRICE, "Reseschablon utgår inte", "Travel lump sum is not due"),
    "travel-twice": MismatchReason(PRICE, "Reseschablonen är redan fakturerad", "Travel invoiced before"),
    "price-of-other-date": MismatchReason(PRICE, "Priset gäller en annan dag", "Price of another date"),
    "price-of-other-zone": MismatchReason(PRICE, "Priset gäller en annan zon", "Price of another zone"),
    "price-of-other-level": MismatchReason(PRICE, "Priset gäller en annan nivå", "Price of another level"),
    "price-wrong": MismatchReason(PRICE, "Priset finns inte i prislistan", "Price is not in the list"),
    "amount-wrong": MismatchReason(PRICE, "Beloppet är fel uträknat", "Amount is miscalculated"),
}


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing about a line that does not match: what was expected, what invoiced, facts and policy."""

    line: int
    code: MismatchCode
    expected: str
    invoiced: str
    facts: tuple[int, ...]
    terms: tuple[Resolved, ...] = ()

    @property
    def reason(self) -> MismatchReason:
        """Its clause and titles."""
        return REASONS[self.code]
