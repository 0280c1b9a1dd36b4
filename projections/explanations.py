"""Innocent explanations: what may lie behind a flag or an indicator, which by itself proves nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """One explanation, in Swedish and in English."""

    sv: str
    en: str


RESTED = (
    Explanation(
        "Kollektivavtal kan avvika från lagen (3 §).",
        "A collective agreement may depart from the act (3 §).",
    ),
    Explanation(
        "Något oförutsett kan ha brutit vilan, mot kompensation (13 och 14 §§).",
        "Something unforeseen may have cut the rest short, against compensation (13 and 14 §§).",
    ),
    Explanation(
        "Jour, beredskap och arbete för andra syns inte här.",
        "On-call time and work for others are not seen here.",
    ),
)
TIED = {
    "trace": Explanation(
        "En preliminär planering eller en introduktion är ingen bokning, och källans tid kan vara fel.",
        "A tentative plan or an introduction is no booking, and the source's time may be wrong.",
    ),
    "schedule": Explanation(
        "Schemat kan ha lagts för ett tidigare uppdrag, eller systemets tid kan vara fel.",
        "The schedule may have been made for an earlier assignment, or the system's time may be wrong.",
    ),
    "contract": Explanation(
        "Ett annat avrop på samma enhet kan ha löpt samtidigt.",
        "Another order at the same unit may have run at the same time.",
    ),
    "worked-before": Explanation(
        "Att ha arbetat på enheten förut är kontinuitet, ett tillåtet kriterium (S3).",
        "To have worked at the unit before is continuity, a lawful criterion (S3).",
    ),
}
REPLACED = (
    Explanation(
        "Sjukdom, föräldraledighet och uppsägning kan inte förutses vid tilldelningen.",
        "Illness, parental leave and resignation cannot be foreseen at the award.",
    ),
    Explanation(
        "Enheten kan själv ha bett om bytet, och har i så fall godtagit det.",
        "The unit itself may have asked for the change, and has then accepted it.",
    ),
    Explanation(
        "Två beteckningar kan höra till samma människa utan att vara länkade än.",
        "Two ids may belong to one human without being linked yet.",
    ),
)
OVERLAPPING = (
    Explanation(
        "En konsult får erbjudas på flera avrop; bara ett av dem blir ett uppdrag.",
        "A consultant may be offered for several orders; only one of them becomes an assignment.",
    ),
    Explanation(
        "Två deltidsuppdrag kan rymmas bredvid varandra.",
        "Two part-time assignments may fit beside each other.",
    ),
)
UNORDERED = (
    Explanation(
        "Avropet kan finnas men ha fel nummer på tidrapporten eller fakturan.",
        "The order may exist under another number than the report or the invoice says.",
    ),
    Explanation(
        "Bokningar från tiden före anslutningen behåller sina villkor.",
        "Bookings from before the accession keep their terms.",
    ),
    Explanation(
        "Ett akut behov kan ha täckts innan avropet hann publiceras.",
        "An acute need may have been covered before the order could be published.",
    ),
)
