"""Words of the sentences: how many of what, how long, and what the codes of steps and checks are called."""

from collections.abc import Mapping

from ledger.values import SECOND_US
from replay.questions.base import Sentence

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
LONG_S = 2 * MINUTE_S
STEPS: Mapping[str, Sentence] = {
    "none": Sentence("ingen åtgärd", "no measure"),
    "remark": Sentence("anmärkning", "a remark"),
    "action-plan": Sentence("åtgärdsplan", "an action plan"),
    "warning": Sentence("varning", "a warning"),
    "fee-or-penalty": Sentence("avgift eller vite", "a fee or a penalty"),
    "quarantine": Sentence("karantän", "quarantine"),
    "national-quarantine": Sentence("nationell karantän", "national quarantine"),
    "termination": Sentence("hävning eller uppsägning", "termination"),
}
FOLLOWS: Mapping[str, Sentence] = {
    "none": Sentence("ingen följd", "no consequence"),
    "pay-planned-shifts": Sentence("betalning för de planerade passen", "payment for the planned shifts"),
    "deviation": Sentence("en avvikelse", "a deviation"),
}
CHECKS: Mapping[str, Sentence] = {
    "licence": Sentence("legitimation", "licence"),
    "clinical-experience": Sentence("klinisk erfarenhet", "clinical experience"),
    "specialist-experience": Sentence("erfarenhet som specialist", "experience as a specialist"),
    "nordic-experience": Sentence("erfarenhet i Norden", "experience in the Nordic countries"),
    "references": Sentence("referenser", "references"),
}
CRITERIA: Mapping[str, Sentence] = {
    "time": Sentence("tid", "time"), "continuity": Sentence("kontinuitet", "continuity"),
}  # fmt: skip
LEVELS: Mapping[str, Sentence] = {
    "nation": Sentence("hela landet", "the whole country"),
    "region": Sentence("region", "region"),
    "legal-person": Sentence("juridisk person", "legal person"),
    "lot": Sentence("delområde", "lot"),
}
PARTIES: Mapping[str, Sentence] = {
    "regions": Sentence("regionerna", "the regions"), "suppliers": Sentence("leverantörerna", "suppliers"),
}  # fmt: skip
READ_AS: Mapping[str, Sentence] = {
    "look-back": Sentence("tillbakablick", "look-back"),
    "cap": Sentence("tak för fördelen", "cap"),
    "longest-stay": Sentence("längsta vistelse", "longest stay"),
    "chain": Sentence("avropskedja", "chain of orders"),
}

OTHERWISE: Mapping[str, Sentence] = {
    "time-alone": Sentence("enbart tid", "time alone"),
    "time-first": Sentence("tid före kontinuitet", "time before continuity"),
    "continuity-first": Sentence("kontinuitet före tid", "continuity before time"),
    **{
        f"eighteen-months-{code}": Sentence(f"18 månader som {one.sv}", f"18 months as {one.en}")
        for code, one in READ_AS.items()
    },
}


def called(words: Mapping[str, Sentence], code: str) -> Sentence:
    """What a code is called; the code itself where a policy has one of its own."""
    return words.get(code, Sentence(code, code))


def number(count: int, one: str, many: str) -> str:
    """So many of what."""
    return f"{count} {one if count == 1 else many}"


def lasting(us: int) -> str:
    """How long (µs) in hours and minutes, seconds where it is short: the same in both languages."""
    seconds = us // SECOND_US
    if seconds < LONG_S:
        return f"{seconds} s"
    hours, minutes = seconds // HOUR_S, seconds % HOUR_S // MINUTE_S
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def placed(scope: str) -> Sentence:
    """Where a policy value applies: region:stockholm as region stockholm."""
    level, _, place = scope.partition(":")
    found = called(LEVELS, level)
    return Sentence(f"{found.sv} {place}".strip(), f"{found.en} {place}".strip())


def told(parties: str) -> Sentence:
    """Who was told, as it was recorded: the words that stand for everybody in Swedish too."""
    everybody = [called(PARTIES, one) for one in parties.split(", ")]
    return Sentence(", ".join(one.sv for one in everybody), ", ".join(one.en for one in everybody))
