"""Why an outage is not recorded, an answer time not extended, and an award refused for time that was lost."""

from ledger.errors import Refusal

CLAUSE = "domain 3.2: attempts the system itself refused within the answer window are recorded"
EXTENSION_CLAUSE = "domain 5, topic 7: minimum answer time"


class OutageRecordedAlready(Refusal):
    """The outage is recorded for this order."""

    code = "outage-recorded"
    clause = CLAUSE
    title_sv = "Avbrottet är redan registrerat"
    title_en = "Outage recorded already"


class OutageOutside(Refusal):
    """The outage, or an attempt in it, lies outside the time in which the order could be answered."""

    code = "outage-outside"
    clause = CLAUSE
    title_sv = "Avbrottet ligger utanför svarstiden"
    title_en = "Outage outside the answer time"


class OutageNotThere(Refusal):
    """Without an outage that took answer time, an extension would be a favour to whoever was late."""

    code = "outage-not-there"
    clause = EXTENSION_CLAUSE
    title_sv = "Inget avbrott har tagit av svarstiden"
    title_en = "No outage took answer time"


class ExtensionAfterDraw(Refusal):
    """The seed of the draw is known, so whoever answers now could reckon with it."""

    code = "extension-after-draw"
    clause = "domain 6: a seed nobody could steer, fixed after the answer window closed"
    title_sv = "Svarstiden kan inte förlängas sedan lottningens frö fastställts"
    title_en = "No extension after the draw seed"


class ExtensionTooShort(Refusal):
    """The new instant lies before the former one, or has passed."""

    code = "extension-too-short"
    clause = EXTENSION_CLAUSE
    title_sv = "Den nya svarstiden slutar inte senare"
    title_en = "Extension does not extend"


class ExtensionTooLong(Refusal):
    """The answer time is extended by more than allowed."""

    code = "extension-too-long"
    clause = EXTENSION_CLAUSE
    title_sv = "Svarstiden förlängs för mycket"
    title_en = "Extension too long"


class AnswerTimeLost(Refusal):
    """An outage left a recipient less than the minimum answer time; it is extended before the award."""

    code = "answer-time-lost"
    clause = EXTENSION_CLAUSE
    title_sv = "Ett avbrott har tagit för mycket av svarstiden"
    title_en = "An outage took too much of the answer time"
