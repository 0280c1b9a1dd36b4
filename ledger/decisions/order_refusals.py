"""Why an order can be refused, beside its hours and its length."""

from ledger.errors import Refusal


class OrderPublishedAlready(Refusal):
    """The order id is taken."""

    code = "order-published"
    clause = "domain 3.1: an order is published once"
    title_sv = "Avropet är redan publicerat"
    title_en = "Order published already"


class UnitNotThere(Refusal):
    """The ordering unit is not registered, or belongs to another region."""

    code = "unit-not-there"
    clause = "domain 3.1: an order is placed by one unit"
    title_sv = "Enheten finns inte i regionen"
    title_en = "Unit not registered in this region"


class FollowedOrderUnknown(Refusal):
    """The order that this one follows was never published for the same unit."""

    code = "followed-order-unknown"
    clause = "domain 6: linked orders at one unit"
    title_sv = "Det tidigare avropet finns inte på enheten"
    title_en = "Followed order not found at the unit"
