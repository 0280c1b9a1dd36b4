"""Whom an event is about: the ids it names, those that its matter named when it began, and linked ids.

The approval of a shift names neither region nor supplier; the contract of its assignment does. So the events
that tell a matter's parties are looked up by its tag, and the ids of one human or one firm are followed.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.events.assignments import ContractConcluded
from ledger.events.base import stored_types, tags_of
from ledger.events.consultants import ConsultantsLinked
from ledger.events.deviations import DeviationReported
from ledger.events.evidence_cases import EvidenceCaseOpened
from ledger.events.invoices import AssignmentInvoiced
from ledger.events.measures import MeasureDecided
from ledger.events.offers import OfferReceived
from ledger.events.orders import OrderPublished
from ledger.events.spot_checks import PensionPopulationFrozen
from ledger.events.succession import SupplierSucceeded
from ledger.events.supplier_reports import SupplierReportReceived
from ledger.events.whistleblowing import WhistleblowingReceived
from ledger.fold import Selector
from ledger.handle.reading import event_of
from replay.questions.unsealed import UnsealedLog

Id = tuple[str, str]  # prefix, key
NAMES = (
    "agreement",
    "region",
    "lot",
    "profession",
)  # parameters of views that facts name under the same name
TELLING: Mapping[str, tuple[type[Any], ...]] = {
    "assignment": (ContractConcluded,),
    "order": (OrderPublished, OfferReceived, ContractConcluded),
    "offer": (OfferReceived,),
    "deviation": (DeviationReported,),
    "measure": (MeasureDecided,),
    "invoice": (AssignmentInvoiced,),
    "spot-check": (PensionPopulationFrozen,),
    "supplier-report": (SupplierReportReceived,),
    "case": (WhistleblowingReceived,),
    "evidence-case": (EvidenceCaseOpened,),
}
LINKS: Mapping[str, tuple[type[Any], ...]] = {
    "consultant": (ConsultantsLinked,),
    "supplier": (SupplierSucceeded,),
}
REMEMBERED_MAX = 50_000


def ids_of(event: Any, tags: Iterable[str]) -> tuple[Id, ...]:
    """The ids among an event's tags and those of its open facts that parameters of views are named after."""
    pairs = [(prefix, key) for prefix, _, key in (tag.partition(":") for tag in tags)]
    facts = [(name, getattr(event, name, None)) for name in NAMES]
    return tuple(dict.fromkeys([*pairs, *((name, value) for name, value in facts if isinstance(value, str))]))


@dataclass(slots=True)
class Matters:
    """What matters named when they began, looked up many at a time in what may be shown of the log."""

    log: UnsealedLog
    _told: "OrderedDict[str, tuple[Id, ...]]" = field(default_factory=OrderedDict, repr=False)

    def look_up(self, tags: Iterable[str]) -> None:
        """Learn what these tags' matters named; those known already cost nothing."""
        wanted = [tag for tag in dict.fromkeys(tags) if tag not in self._told and _prefix(tag) in TELLING]
        found: dict[str, list[Id]] = {tag: [] for tag in wanted}
        for event, carried in self._read(wanted, TELLING):
            for tag in carried:
                if tag in found:
                    found[tag] += ids_of(event, carried)
        self._told.update({tag: tuple(dict.fromkeys(ids)) for tag, ids in found.items()})
        while len(self._told) > max(REMEMBERED_MAX, len(wanted)):
            self._told.popitem(last=False)

    def of(self, tag: str) -> tuple[Id, ...]:
        """The ids that a tag's matter named, as far as it was looked up."""
        return self._told.get(tag, ())

    def linked(self, prefix: str, keys: Iterable[str]) -> set[str]:
        """These keys and every one linked to them, over as many links as there are."""
        found: set[str] = set()
        coming = set(keys)
        while coming:
            found |= coming
            tags = [f"{prefix}:{key}" for key in sorted(coming)]
            ends = [tag.partition(":") for _, carried in self._read(tags, LINKS) for tag in carried]
            coming = {key for of, _, key in ends if of == prefix} - found
        return found

    def _read(
        self, tags: Iterable[str], telling: Mapping[str, tuple[type[Any], ...]]
    ) -> Iterator[tuple[Any, tuple[str, ...]]]:
        """The telling events of these tags, each with all of its own."""
        asked = [Selector(_types(telling[_prefix(tag)]), tag) for tag in tags if _prefix(tag) in telling]
        for stored in self.log.boundary(asked)[1] if asked else ():
            event = event_of(stored)
            yield event, tags_of(event)


def _types(classes: Iterable[type[Any]]) -> tuple[str, ...]:
    return tuple(stored for cls in classes for stored in stored_types(cls))


def _prefix(tag: str) -> str:
    return tag.partition(":")[0]
