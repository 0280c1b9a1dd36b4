"""What is recorded about one consultant id beside worked time: credentials, employments, placements.

A voided fact is gone from the state, a corrected employment replaced. Nothing here says who the person is.
"""

from msgspec import Struct, structs

from ledger.events.consultants import ConsultantRegistered
from ledger.events.credentials import (
    EvidenceVoided,
    ExperienceRecorded,
    LicenceChanged,
    LicenceRecorded,
    ReferenceChecked,
    SpecialistCertificateRecorded,
)
from ledger.events.employment import EmploymentRecorded
from ledger.events.placement import EarlierPlacementRecorded, PlacementSettled
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind


class Registration(Struct, frozen=True):
    """Who registered the id, for which profession, and whether as the staff of a company of its own."""

    position: int
    supplier: str
    profession: str
    own_company: bool


class Profile(Struct, frozen=True):
    """Every fact that stands about one consultant id, each list in the order it was recorded."""

    registration: Registration | None = None
    licences: tuple[Recorded[LicenceRecorded], ...] = ()
    licence_changes: tuple[Recorded[LicenceChanged], ...] = ()
    certificates: tuple[Recorded[SpecialistCertificateRecorded], ...] = ()
    experience: tuple[Recorded[ExperienceRecorded], ...] = ()
    references: tuple[Recorded[ReferenceChecked], ...] = ()
    employments: tuple[Recorded[EmploymentRecorded], ...] = ()
    earlier_placements: tuple[Recorded[EarlierPlacementRecorded], ...] = ()
    settled: tuple[Recorded[PlacementSettled], ...] = ()

    def positions(self) -> frozenset[int]:
        """The positions of the facts that stand and may be voided."""
        return frozenset(fact.position for name in LISTS for fact in getattr(self, name))


LISTS = tuple(name for name in Profile.__struct_fields__ if name != "registration")
profiles: FoldKind[Profile] = FoldKind("profiles", "consultant", Profile())


@profiles.on(ConsultantRegistered)
def _registered(state: Profile, e: ConsultantRegistered, position: int) -> Profile:
    return structs.replace(
        state, registration=Registration(position, e.supplier, e.profession, e.own_company)
    )


@profiles.on(LicenceRecorded)
def _licence(state: Profile, e: LicenceRecorded, position: int) -> Profile:
    return structs.replace(state, licences=(*state.licences, Recorded(position, e)))


@profiles.on(LicenceChanged)
def _licence_changed(state: Profile, e: LicenceChanged, position: int) -> Profile:
    return structs.replace(state, licence_changes=(*state.licence_changes, Recorded(position, e)))


@profiles.on(SpecialistCertificateRecorded)
def _certificate(state: Profile, e: SpecialistCertificateRecorded, position: int) -> Profile:
    return structs.replace(state, certificates=(*state.certificates, Recorded(position, e)))


@profiles.on(ExperienceRecorded)
def _experience(state: Profile, e: ExperienceRecorded, position: int) -> Profile:
    return structs.replace(state, experience=(*state.experience, Recorded(position, e)))


@profiles.on(ReferenceChecked)
def _reference(state: Profile, e: ReferenceChecked, position: int) -> Profile:
    return structs.replace(state, references=(*state.references, Recorded(position, e)))


@profiles.on(EmploymentRecorded)
def _employment(state: Profile, e: EmploymentRecorded, position: int) -> Profile:
    others = tuple(held for held in state.employments if held.position != e.corrects)
    return structs.replace(state, employments=(*others, Recorded(position, e)))


@profiles.on(EarlierPlacementRecorded)
def _earlier_placement(state: Profile, e: EarlierPlacementRecorded, position: int) -> Profile:
    return structs.replace(state, earlier_placements=(*state.earlier_placements, Recorded(position, e)))


@profiles.on(PlacementSettled)
def _settled(state: Profile, e: PlacementSettled, position: int) -> Profile:
    return structs.replace(state, settled=(*state.settled, Recorded(position, e)))


@profiles.on(EvidenceVoided)
def _voided(state: Profile, e: EvidenceVoided, _position: int) -> Profile:
    kept = {name: tuple(f for f in getattr(state, name) if f.position != e.voided) for name in LISTS}
    return structs.replace(state, **kept)
