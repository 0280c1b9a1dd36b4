"""Events about consultants. Who they are stands only in ciphertext under their own key (house rule 8)."""

from dataclasses import dataclass
from typing import Literal

from ledger.events.base import Group, event
from ledger.values import Code, ConsultantId, SupplierId, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ciphertext:
    """AES-GCM ciphertext under a person's own key: key id, nonce and ciphertext in base64."""

    key: str
    nonce: str
    ciphertext: str


@event(
    "consultant-registered",
    tags=("consultant",),
    groups=(Group("person", "person", ("identity",)),),
    retention="person",
)
class ConsultantRegistered:
    """A supplier registered a consultant under a random id; the identity is ciphertext or, masked, absent."""

    consultant: ConsultantId
    supplier: SupplierId
    profession: Code
    own_company: bool
    identity: Ciphertext | None = None


@event("consultants-linked", tags=("consultant", "same_as"))
class ConsultantsLinked:
    """Two random ids turned out to be one human: found by the vault's blind index, or decided by somebody."""

    consultant: ConsultantId
    same_as: ConsultantId
    found_by: Literal["blind-index", "decision"]
    basis: Text
