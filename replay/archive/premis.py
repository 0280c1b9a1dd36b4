"""PREMIS 3.0: of the package what was done and by whom, of each file its digest, format and secrecy."""

from collections.abc import Sequence

from ledger.events.base import Secrecy
from replay.archive.described import SOFTWARE, Described
from replay.archive.files import Kept
from replay.archive.xml import document, element, said

SPACES = {
    "xmlns": "http://www.loc.gov/premis/v3", "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "version": "3.0",
}  # fmt: skip
AGENTS = ("software", "submitter")
MEANINGS: dict[Secrecy, str] = {
    "open": "öppet enligt posten själv / open by what the record says",
    "sealed-until-award": "avropssvar, förseglade till tilldelningen / offers, sealed until the award",
    "person": "om en person / about a person",
    "secret": "sekretess / secret",
}
UNDECIDED = "vilken paragraf som gäller avgörs vid utlämnande / the paragraph is decided on disclosure"


def package_premis(one: Described, keys: str) -> bytes:
    """The package, the events of its making, and who took part; ``keys`` signed its checkpoint."""
    about = one.about
    events = (
        ("creation", f"p{about.first}–p{about.last}, checkpoint of {about.size}", "success"),
        ("message digest calculation", "SHA-256 of every file, in METS.xml and premis.xml", "success"),
        ("fixity check", f"root of RFC 9162 over the records, under the checkpoint of {about.size}", "same"),
        ("digital signature validation", f"checkpoint, Ed25519, {keys}", "valid"),
    )
    object_ = element("object", {"xsi:type": "representation"}, _identified("object", one.id))
    inner = [_event(one, number, *event) for number, event in enumerate(events, 1)]
    names = dict(zip(AGENTS, (SOFTWARE, one.sender.submitter), strict=True))
    kinds = dict(zip(AGENTS, ("software", "organization"), strict=True))
    for name in AGENTS:
        told = [_identified("agent", name), said("agentName", names[name]), said("agentType", kinds[name])]
        told += [said("agentVersion", one.version)] if name == "software" else []
        inner.append(element("agent", None, *told))
    return _premis("../../schemas/", object_, *inner)


def representation_premis(one: Described, files: Sequence[Kept]) -> bytes:
    """Every file of the representation with digest, size, format, and the secrecy it is kept under."""
    objects = (_file(one, kept) for kept in files)
    rights = (_right(secrecy) for secrecy in sorted({kept.secrecy for kept in files}))
    return _premis("../../../../schemas/", *objects, *rights)


def _premis(schemas: str, *inner: str) -> bytes:
    where = f"{SPACES['xmlns']} {schemas}premis.xsd"
    return document(element("premis", {**SPACES, "xsi:schemaLocation": where}, *inner))


def _file(one: Described, kept: Kept) -> str:
    fixity = element(
        "fixity", None, said("messageDigestAlgorithm", "SHA-256"), said("messageDigest", kept.digest)
    )
    form = element("format", None, element("formatDesignation", None, said("formatName", kept.format)))
    return element(
        "object", {"xsi:type": "file"}, _identified("object", f"{one.id}/{kept.name}"),
        element("objectCharacteristics", None, fixity, said("size", str(kept.size)), form),
        said("originalName", kept.name), _linked("RightsStatement", f"secrecy:{kept.secrecy}"),
    )  # fmt: skip


def _right(secrecy: Secrecy) -> str:
    other = element(
        "otherRightsInformation", None, said("otherRightsBasis", f"secrecy: {secrecy}"),
        said("otherRightsNote", f"{MEANINGS[secrecy]}; {UNDECIDED}"),
    )  # fmt: skip
    identified = _identified("rightsStatement", f"secrecy:{secrecy}")
    return element(
        "rights", None, element("rightsStatement", None, identified, said("rightsBasis", "other"), other)
    )


def _event(one: Described, number: int, kind: str, detail: str, outcome: str) -> str:
    return element(
        "event", None, _identified("event", f"{one.id}/events/{number}"), said("eventType", kind),
        said("eventDateTime", one.created),
        element("eventDetailInformation", None, said("eventDetail", detail)),
        element("eventOutcomeInformation", None, said("eventOutcome", outcome)),
        *(_linked("Agent", name) for name in AGENTS), _linked("Object", one.id),
    )  # fmt: skip


def _identified(what: str, value: str) -> str:
    return element(
        f"{what}Identifier",
        None,
        said(f"{what}IdentifierType", "local"),
        said(f"{what}IdentifierValue", value),
    )


def _linked(what: str, value: str) -> str:
    return _identified(f"linking{what}", value)
