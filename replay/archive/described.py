"""How a package is described: who sends it, what it is called, Dublin Core, and what its reader is told."""

from dataclasses import dataclass

from replay.archive.about import About
from replay.archive.xml import document, element, said

SOFTWARE = "Avropsliggaren (liggare archive)"
CONTENT = "Avropsliggaren: records of draft 2, checkpoint and proof"
READ_ME = """\
UTDRAG UR AVROPSLIGGAREN FÖR E-ARKIV
Poster registrerade från {from_on} till (inte med) {to_on}, svensk tid: positionerna {first}–{last} av {size}.
Liggare {ledger}, tiden är {time_sv}.{open_end_sv}

representations/rep1/data/SEKRETESS/DAG.records är posterna i sina egna byte, .jsonl detsamma som läsbar
JSON. data/cited är det från tiden före som de vilar på, data/proof kontrollpunkten och vägen dit. Sekretessen
är den som posten själv uppger: open (öppet), sealed-until-award (avropssvar), person, secret. Bara åtaganden
finns av {sealed} avropssvar före tilldelning, {disposed} gallrade poster och {masked} maskade grupper.
Det som identifierar en person är chiffer; valvet med nycklarna ingår inte.

Kontrollera paketet med en nyckel som inte kom med det. Utan programmet räcker documentation/ till det.

    liggare archive --check KATALOG --key NYCKEL

AN EXPORT OF AVROPSLIGGAREN FOR AN E-ARCHIVE
Records written from {from_on} until (and not on) {to_on}, Swedish time: positions {first}–{last} of {size}.
Ledger {ledger}, time is {mode}.{open_end_en}

representations/rep1/data/SECRECY/DAY.records are the records in their own bytes, .jsonl the same as JSON to
read. data/cited is what they rest on from before, data/proof the checkpoint and the way to it. The secrecy
is the one that the record itself states: open, sealed-until-award (offers), person, secret. There are
commitments alone of {sealed} offers before an award, {disposed} disposed bodies and {masked} masked groups.
What identifies a person is ciphertext; the vault with the keys is not here.

Verify the package with a key that did not come with it. Without the program, documentation/ is all it takes.

    liggare archive --check DIRECTORY --key KEY
"""
OPEN_END_SV = " Kontrollpunkten når inte förbi periodens slut: fler poster kan finnas."
OPEN_END_EN = " The checkpoint does not reach beyond the end of the period: there may be more records."
TIME_SV = {"real": "verklig", "simulated": "simulerad"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who hands over. ``archivist`` is the archival creator (arkivbildare), ``agreement`` the one to submit.

    Either is left out where it is not known.
    """

    submitter: str
    archivist: str = ""
    agreement: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A package's name (that of its folder), its id, the instant it stands for, the program, who sends it."""

    name: str
    id: str
    created: str
    version: str
    sender: Sender
    about: About

    @property
    def label(self) -> str:
        """What it is, in a line."""
        about = self.about
        return f"Avropsliggaren {about.from_on}/{about.to_on}, p{about.first}–p{about.last} ({about.mode})"


def dublin_core(one: Described) -> bytes:
    """The description in Dublin Core, simple."""
    about, sender = one.about, one.sender
    told = [
        ("title", one.label), ("identifier", one.id), ("publisher", sender.submitter), ("type", "Dataset"),
        ("date", f"{about.from_on}/{about.to_on}"), ("language", "sv"), ("language", "en"),
        ("description", f"Poster registrerade {about.from_on} till (inte med) {about.to_on}, {about.zone}."),
        ("description", f"Records made from {about.from_on} until (not on) {about.to_on}, {about.zone}."),
    ]  # fmt: skip
    told += [("creator", sender.archivist)] if sender.archivist else []
    inner = (said(f"dc:{name}", text) for name, text in told)
    return document(element("metadata", {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}, *inner))


def read_me(about: About) -> bytes:
    """What whoever opens the package is told first."""
    counts = about.counts
    return READ_ME.format(
        from_on=about.from_on, to_on=about.to_on, first=about.first, last=about.last, size=about.size,
        ledger=about.ledger, mode=about.mode, time_sv=TIME_SV[about.mode], sealed=counts.sealed,
        disposed=counts.disposed, masked=counts.masked, open_end_sv="" if about.complete else OPEN_END_SV,
        open_end_en="" if about.complete else OPEN_END_EN,
    ).encode()  # fmt: skip
