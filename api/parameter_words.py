"""What the parameters of views mean, Swedish first: their names alone do not tell a newcomer."""

from collections.abc import Mapping

MEANINGS: Mapping[str, tuple[str, str]] = {
    "agreement": ("Ramavtalets id", "Id of the framework agreement"),
    "assignment": ("Bara detta uppdrag", "Only this assignment"),
    "authority": ("Bara denna myndighet (juridisk person)", "Only this authority (legal person)"),
    "follows": (
        "Avropet som det tänkta uppdraget följer på",
        "The order that the proposed assignment follows",
    ),
    "from_on": ("Periodens första datum", "The first date of the period"),
    "invoice": ("Bara denna faktura", "Only this invoice"),
    "level": ("Var kontinuitet räknas: unit, operating-unit eller region", "Where continuity is counted"),
    "lot": ("Delområdets id, till exempel nurses", "Id of the lot, for example nurses"),
    "operating_unit": ("Bara denna verksamhet", "Only this operating unit"),
    "order": ("Bara detta avrop", "Only this order"),
    "place": ("Platsens id på den nivån", "Id of the place on that level"),
    "profession": ("Yrket, till exempel nurse", "The profession, for example nurse"),
    "rankings": ("Om rangordningarna ska med", "Whether the rankings come along"),
    "region": ("Regionens id", "Id of the region"),
    "supplier": ("Bara denna leverantör", "Only this supplier"),
    "unit": ("Bara denna enhet", "Only this unit"),
    "until_on": ("Första datum efter den tänkta perioden", "The first date after the proposed period"),
}
_OWN = ("Vyns egen parameter", "The view's own parameter")  # until its words stand above
_PROPOSED = ("Den tänkta periodens första datum", "The first date of the proposed period")
_PROPOSING = ("eighteen-months", "statutory-placement")


def meaning(view: str, name: str) -> str:
    """What a parameter of a view means, in both languages."""
    sv, en = _PROPOSED if name == "from_on" and view in _PROPOSING else MEANINGS.get(name, _OWN)
    return f"{sv} / {en}."
