"""METS by FGS Paketstruktur 2.0, which is E-ARK CSIP 2.1.0 with E-ARK SIP 2.1.0: package and representation.

The numbers in comments are those of the requirements in the two profiles.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from replay.archive.described import CONTENT, SOFTWARE, Described
from replay.archive.files import Kept
from replay.archive.xml import document, element, said

PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"  # SIP2
REPRESENTATION = "representations/rep1"
TYPED = {"csip:CONTENTINFORMATIONTYPE": "OTHER", "csip:OTHERCONTENTINFORMATIONTYPE": CONTENT}
CSIP, SIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS", "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
SPACES = {
    "xmlns": "http://www.loc.gov/METS/", "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xmlns:csip": CSIP, "xmlns:sip": SIP,
}  # fmt: skip
SCHEMAS = {
    SPACES["xmlns"]: "mets.xsd", SPACES["xmlns:xlink"]: "xlink.xsd",
    CSIP: "DILCISExtensionMETS.xsd", SIP: "DILCISExtensionSIPMETS.xsd",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a package, by where METS names them."""

    descriptive: Kept
    preservation: Kept
    documentation: Sequence[Kept]
    schemas: Sequence[Kept]
    representation: Kept


def package_mets(one: Described, parts: Parts) -> bytes:
    """METS.xml of the package."""
    groups = {
        "Documentation": parts.documentation, "Schemas": parts.schemas,
        "Representations/rep1": [parts.representation],
    }  # fmt: skip
    descriptive = {"ID": "dmd-dc", "CREATED": one.created, "STATUS": "CURRENT"}
    return _mets(
        one, one.name, "schemas/", _header(one),
        element("dmdSec", descriptive, _reference(parts.descriptive, "DC", one)),
        _administrative(parts.preservation, one), _files(groups, one), _package_map(one),
    )  # fmt: skip


def representation_mets(one: Described, preservation: Kept, data: Sequence[Kept]) -> bytes:
    """METS.xml of the representation; the files of each secrecy are a group of their own."""
    secrecies = sorted({kept.secrecy for kept in data})
    groups = {
        f"Representations/data/{name}": [kept for kept in data if kept.secrecy == name] for name in secrecies
    }
    pointers = (element("fptr", {"FILEID": _id(use)}) for use in groups)
    inner = (
        element("div", {"ID": "div-metadata", "LABEL": "Metadata", "ADMID": "premis"}),
        element("div", {"ID": "div-data", "LABEL": "Representations"}, *pointers),
    )
    return _mets(
        one, "rep1", "../../schemas/", _header(one), _administrative(preservation, one),
        _files(groups, one), _map("rep1", *inner),
    )  # fmt: skip


def _mets(one: Described, name: str, schemas: str, *inner: str) -> bytes:
    where = " ".join(f"{space} {schemas}{file}" for space, file in SCHEMAS.items())
    root = {
        **SPACES, "OBJID": name, "LABEL": one.label, "TYPE": "Datasets", **TYPED, "PROFILE": PROFILE,
        "xsi:schemaLocation": where,
    }  # fmt: skip
    return document(element("mets", root, *inner))


def _header(one: Described) -> str:
    software = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}  # CSIP11 to 13
    version = said("note", one.version, {"csip:NOTETYPE": "SOFTWARE VERSION"})
    agents = [element("agent", software, said("name", SOFTWARE), version)]
    named = (("ARCHIVIST", one.sender.archivist), ("CREATOR", one.sender.submitter))  # SIP9, SIP15
    for role, name in named:
        if name:
            agents.append(element("agent", {"ROLE": role, "TYPE": "ORGANIZATION"}, said("name", name)))
    if one.sender.agreement:  # SIP5
        agents.append(said("altRecordID", one.sender.agreement, {"TYPE": "SUBMISSIONAGREEMENT"}))
    told = {
        "CREATEDATE": one.created, "LASTMODDATE": one.created, "RECORDSTATUS": "NEW",
        "csip:OAISPACKAGETYPE": "SIP",
    }  # fmt: skip
    return element("metsHdr", told, *agents)


def _administrative(premis: Kept, one: Described) -> str:
    provenance = element(
        "digiprovMD", {"ID": "premis", "STATUS": "CURRENT"}, _reference(premis, "PREMIS", one)
    )
    return element("amdSec", {"ID": "amd"}, provenance)


def _files(groups: Mapping[str, Sequence[Kept]], one: Described) -> str:
    return element("fileSec", {"ID": "files"}, *_groups(groups, one))


def _groups(groups: Mapping[str, Sequence[Kept]], one: Described) -> Iterator[str]:
    for use, files in groups.items():
        inner = (_file(f"{_id(use)}-{number}", kept, one) for number, kept in enumerate(files, 1))
        yield element("fileGrp", {"ID": _id(use), "USE": use, **TYPED}, *inner)


def _file(name: str, kept: Kept, one: Described) -> str:
    told = {"ID": name, **_fixity(kept, one), "sip:FILEFORMATNAME": kept.format}
    return element("file", told, element("FLocat", _located(kept.name)))


def _reference(kept: Kept, kind: str, one: Described) -> str:
    return element("mdRef", {**_located(kept.name), "MDTYPE": kind, **_fixity(kept, one)})


def _located(name: str) -> dict[str, str]:
    return {"LOCTYPE": "URL", "xlink:type": "simple", "xlink:href": name}


def _fixity(kept: Kept, one: Described) -> dict[str, str]:
    return {
        "MIMETYPE": kept.media, "SIZE": str(kept.size), "CREATED": one.created,
        "CHECKSUM": kept.digest, "CHECKSUMTYPE": "SHA-256",
    }  # fmt: skip


def _package_map(one: Described) -> str:
    def division(label: str, *groups: str, **more: str) -> str:
        pointers = (element("fptr", {"FILEID": _id(use)}) for use in groups)
        return element("div", {"ID": f"div-{label.lower()}", "LABEL": label, **more}, *pointers)

    use = "Representations/rep1"
    pointer = element("mptr", {**_located(f"{REPRESENTATION}/METS.xml"), "xlink:title": _id(use)})  # CSIP108
    return _map(
        one.name,
        division("Metadata", ADMID="premis", DMDID="dmd-dc"), division("Documentation", "Documentation"),
        division("Schemas", "Schemas"), division("Representations", use),
        element("div", {"ID": "div-rep1", "LABEL": use}, pointer),
    )  # fmt: skip


def _map(label: str, *inner: str) -> str:
    division = element("div", {"ID": "div-top", "LABEL": label}, *inner)
    return element("structMap", {"ID": "map", "TYPE": "PHYSICAL", "LABEL": "CSIP"}, division)


def _id(use: str) -> str:
    return f"group-{use.lower().replace('/', '-')}"
