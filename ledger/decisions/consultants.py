"""Consultants: registered under random ids, linked when two ids turn out to be one human (house rule 8)."""

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Annotated, Any, Protocol

from pydantic import StringConstraints

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_mandate
from ledger.errors import Refusal
from ledger.events.consultants import Ciphertext, ConsultantRegistered, ConsultantsLinked
from ledger.facts.aliases import same_humans
from ledger.facts.consultants import Registered, registrations
from ledger.facts.mandates import Mandate
from ledger.facts.recorded import positions_of
from ledger.values import Code, ConsultantId, Remark, SupplierId, Text

PURPOSE = "identity"
KIND = "personnummer"
LINKERS = frozenset({"contract-owner", "central-contract-management"})
FOUND = "same personal identity number, found by the keyed blind index"


class ConsultantRegisteredAlready(Refusal):
    """The consultant id is taken; ids are random and never used again."""

    code = "consultant-registered"
    clause = "domain 7: pseudonymous ids"
    title_sv = "Konsulten är redan registrerad"
    title_en = "Consultant registered already"


class ConsultantUnknown(Refusal):
    """No consultant was registered under this id."""

    code = "consultant-unknown"
    clause = "domain 3.2: an offer names a consultant"
    title_sv = "Konsulten finns inte"
    title_en = "Consultant not registered"


class IdentityInvalid(Refusal):
    """What was given cannot be a personal identity or coordination number."""

    code = "identity-invalid"
    clause = "domain 7: what identifies a person is encrypted under that person's own key"
    title_sv = "Personnumret är inte giltigt"
    title_en = "Identity number not valid"


class IdentityNotInClear(Refusal):
    """The ledger encrypts identities itself; a ciphertext made elsewhere is under nobody's key."""

    code = "identity-not-in-clear"
    clause = "domain 7: what identifies a person is encrypted under that person's own key"
    title_sv = "Identiteten ska lämnas i klartext"
    title_en = "Identity must be given in the clear"


class LinkedAlready(Refusal):
    """The two ids are known to be one human."""

    code = "consultants-linked"
    clause = "house rule 8: the link of a person's several ids is itself an event"
    title_sv = "Konsulterna är redan sammankopplade"
    title_en = "Consultants linked already"


class LinkToSelf(Refusal):
    """A link joins two different ids."""

    code = "link-to-self"
    clause = "house rule 8: the link of a person's several ids is itself an event"
    title_sv = "En konsult kan inte kopplas till sig själv"
    title_en = "A consultant cannot be linked to itself"


class Protects(Protocol):
    """What an identity asks of the vault: encrypt under a person's key, find the person's other ids."""

    def protect(self, subject: str, plaintext: bytes, purpose: str) -> Any:
        """The ciphertext, with key, nonce and ciphertext."""
        ...

    def find_or_link(self, identity: str, kind: str, subject: str) -> tuple[str, ...]:
        """The other ids registered for the same identity."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a consultant is: in the clear at the door, only ``sealed`` from there on."""

    name: Annotated[Remark, StringConstraints(max_length=200)] = field(default="", repr=False)
    personal_identity_number: Annotated[Remark, StringConstraints(max_length=40)] = field(
        default="", repr=False
    )
    sealed: Ciphertext | None = None

    def subject(self, given: "RegisterConsultant") -> str:
        """Under whose key the command is digested."""
        return given.consultant

    def protected(self, given: "RegisterConsultant", vault: Protects) -> "RegisterConsultant":
        """The command without a person in it: the identity sealed, the person's other ids filled in."""
        if self.sealed is not None:
            raise IdentityNotInClear("the identity came as a ciphertext", "identity")
        try:
            same = vault.find_or_link(self.personal_identity_number, KIND, given.consultant)
        except ValueError:  # its message may not be repeated together with what caused it
            raise IdentityInvalid("the number has another form, date or check digit", "identity") from None
        sealed = vault.protect(given.consultant, self._plain(), PURPOSE)
        kept = Identity(sealed=Ciphertext(key=sealed.key, nonce=sealed.nonce, ciphertext=sealed.ciphertext))
        return dataclasses.replace(given, identity=kept, possible_same=same)

    def _plain(self) -> bytes:
        number = self.personal_identity_number
        return json.dumps({"name": self.name, "number": number}, ensure_ascii=False).encode()


@command
class RegisterConsultant:
    """Register a consultant of a supplier.

    ``possible_same`` is filled in by the ledger: the ids its blind index knows for the same human.
    """

    consultant: ConsultantId
    supplier: SupplierId
    profession: Code
    own_company: bool = False
    identity: Identity
    possible_same: tuple[ConsultantId, ...] = ()


def _register_facts(command: RegisterConsultant, _context: Context) -> Asking[Registered]:
    found: Registered = yield registrations(command.consultant)
    return found


@decides(
    RegisterConsultant,
    facts=_register_facts,
    example={
        "consultant": "c-7f3a91",
        "supplier": "s-exempel-ett",
        "profession": "nurse",
        "own_company": False,
        "identity": {"name": "Testperson Ett", "personal_identity_number": "18900101-9802"},
    },
    personal=("identity",),
    raises=(ConsultantRegisteredAlready, IdentityInvalid, IdentityNotInClear),
)
def register_consultant(command: RegisterConsultant, earlier: Registered, _context: Context) -> Ruling:
    """A consultant id is registered once, and linked to every id the vault knows for the same human."""
    if earlier is not None:
        raise ConsultantRegisteredAlready(
            f"{command.consultant} is registered", "consultant", (earlier.position,)
        )
    registered = ConsultantRegistered(
        consultant=command.consultant,
        supplier=command.supplier,
        profession=command.profession,
        own_company=command.own_company,
        identity=command.identity.sealed,
    )
    others = [other for other in dict.fromkeys(command.possible_same) if other != command.consultant]
    links = (
        ConsultantsLinked(consultant=command.consultant, same_as=other, found_by="blind-index", basis=FOUND)
        for other in others
    )
    return Ruling((registered, *links))


@command
class LinkConsultants:
    """Decide that two consultant ids are one human, on a stated basis."""

    consultant: ConsultantId
    same_as: ConsultantId
    basis: Text


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The mandate, both registrations, and every id of the first one's human."""

    mandate: Mandate
    registered: tuple[tuple[str, Registered], ...]
    ids: tuple[str, ...]


def _link_facts(command: LinkConsultants, context: Context) -> Asking[LinkFacts]:
    mandate = yield from mandate_of(context)
    both = (command.consultant, command.same_as)
    found = yield {consultant: registrations(consultant) for consultant in both}
    humans = yield from same_humans(both)
    return LinkFacts(mandate, tuple(found.items()), humans[command.consultant])


@decides(
    LinkConsultants,
    facts=_link_facts,
    example={"consultant": "c-7f3a91", "same_as": "c-02be55", "basis": "Same licence number in HOSP"},
    raises=(*MANDATE_REFUSALS, LinkToSelf, ConsultantUnknown, LinkedAlready),
)
def link_consultants(command: LinkConsultants, facts: LinkFacts, context: Context) -> Ruling:
    """Two registered ids that are not linked yet, directly or through others, become one human's.

    Within a mandate of the agreement's owners: the link lets one id's continuity count for the other.
    """
    grant = facts.mandate.granted
    place = (grant.event.agreement, grant.event.region or "", "") if grant else ("", "", "")
    require_mandate(facts.mandate, context, LINKERS, place, context.received_at)
    if command.consultant == command.same_as:
        raise LinkToSelf("both ids are the same", "same_as")
    for consultant, registered in facts.registered:
        if registered is None:
            field = "consultant" if consultant == command.consultant else "same_as"
            raise ConsultantUnknown(f"no consultant {consultant} was registered", field)
    if command.same_as in facts.ids:
        held = positions_of(*(fact for _, fact in facts.registered))
        raise LinkedAlready(f"{command.consultant} and {command.same_as} are linked", "same_as", held)
    link = ConsultantsLinked(
        consultant=command.consultant, same_as=command.same_as, found_by="decision", basis=command.basis
    )
    return Ruling((link,))
