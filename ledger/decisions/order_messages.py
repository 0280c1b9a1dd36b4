"""Order messages: an order with its article number, sent to the parties concerned (S4, step two)."""

from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.contracts import AssignmentUnknown, require_concluded
from ledger.decisions.guards import (
    MANDATE_REFUSALS,
    assumed,
    mandate_of,
    require_mandate,
    require_past,
)
from ledger.decisions.price_guards import pricing_of
from ledger.decisions.refusals import InstantAhead, PolicyMissing, PolicyTermMissing
from ledger.errors import Refusal
from ledger.events.assignments import ContractConcluded
from ledger.events.prices import MessageLine, OrderMessageSent
from ledger.facts.assignments import Assignment, assignments
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.facts.prices import PriceBasis, Priced, Pricing, order_messages, price_basis
from ledger.facts.recorded import Recorded, positions_of
from ledger.policy.model import Library, Resolved, used_terms
from ledger.values import AssignmentId, Code, Instant, Text, local_date

SENDERS = frozenset({"authorised-orderer", "contract-owner"})
PARTIES = "order-message.parties"


class ArticleNotInForce(Refusal):
    """The contract's article number is not to be used on the date."""

    code = "article-not-in-force"
    clause = "S4: orders with article numbers are sent to the parties concerned"
    title_sv = "Artikelnumret gäller inte"
    title_en = "Article number is not in force"


class PartyLeftOut(Refusal):
    """Every party concerned is sent the message."""

    code = "party-left-out"
    clause = "S4: orders with article numbers are sent to the parties concerned"
    title_sv = "En berörd part saknas"
    title_en = "A party concerned is left out"


class MessageSentAlready(Refusal):
    """The assignment has an order message under this reference."""

    code = "order-message-sent"
    clause = "S4: orders with article numbers are sent to the parties concerned"
    title_sv = "Beställningen är redan skickad"
    title_en = "Order message sent already"


@command
class SendOrderMessage:
    """Record that an order message was sent, with the contract's article, rate level and zone."""

    message: Text
    assignment: AssignmentId
    sent_at: Instant
    channel: Code
    parties: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class SendFacts:
    """The mandate, the contract with its earlier messages, the policy and what its prices rest on."""

    mandate: Mandate
    assignment: Assignment
    sent: tuple[Recorded[OrderMessageSent], ...]
    library: Library
    basis: PriceBasis


def _facts(command: SendOrderMessage, context: Context) -> Asking[SendFacts]:
    mandate = yield from mandate_of(context)
    assignment: Assignment = yield assignments(command.assignment)
    sent = yield order_messages(command.assignment)
    if assignment.concluded is None:
        return SendFacts(mandate, assignment, sent, Library(), PriceBasis())
    contract = assignment.concluded.event
    library = yield policies(contract.agreement)
    basis = yield from price_basis(contract.agreement, contract.order, contract.unit)
    return SendFacts(mandate, assignment, sent, library, basis)


@decides(
    SendOrderMessage,
    facts=_facts,
    example={
        "message": "BEST-2025-0001",
        "assignment": "a-1001",
        "sent_at": "2025-03-07T10:00:00+01:00",
        "channel": "peppol",
        "parties": ["supplier", "unit"],
    },
    raises=(
        *MANDATE_REFUSALS,
        AssignmentUnknown,
        InstantAhead,
        MessageSentAlready,
        PolicyMissing,
        PolicyTermMissing,
        PartyLeftOut,
        ArticleNotInForce,
    ),
)
def send_order_message(command: SendOrderMessage, facts: SendFacts, context: Context) -> Ruling:
    """After the contract, once a reference, to every party concerned, with an article that is in force."""
    contract = require_concluded(facts.assignment, command.assignment)
    place = (contract.agreement, contract.region, contract.unit)
    require_mandate(facts.mandate, context, SENDERS, place, context.received_at)
    require_past(command.sent_at, context, "sent_at")
    if same := [fact for fact in facts.sent if fact.event.message == command.message]:
        raise MessageSentAlready(f"{command.message} was sent", "message", positions_of(*same))
    pricing = pricing_of(contract, facts.basis, facts.library)
    parties = pricing.policy(PARTIES, local_date(command.sent_at))
    if left_out := set(parties.words) - set(command.parties):
        detail = f"not sent to {', '.join(sorted(left_out))}"
        raise PartyLeftOut(detail, "parties", (parties.position,), assumed(parties))
    priced = _priced(contract, pricing)
    terms = (parties, *priced.terms)
    return Ruling((_sent(command, contract, priced, terms),), contract.authority, terms)


def _priced(contract: ContractConcluded, pricing: Pricing) -> Priced:
    """Where the contract's first day is priced; its article must be in force there."""
    priced = pricing.at(contract.from_on, contract.article)
    if priced.level is None:
        detail = f"{contract.article} has no rate level in {contract.lot} on {priced.on}"
        raise ArticleNotInForce(detail, "assignment", priced.facts, assumed(*priced.terms))
    return priced


def _sent(
    command: SendOrderMessage, contract: ContractConcluded, priced: Priced, terms: tuple[Resolved, ...]
) -> OrderMessageSent:
    return OrderMessageSent(
        message=command.message,
        agreement=contract.agreement,
        order=contract.order,
        assignment=contract.assignment,
        supplier=contract.supplier,
        line=MessageLine(
            article=contract.article,
            level=priced.level or 0,
            zone=priced.zone,
            from_on=contract.from_on,
            until_on=contract.until_on,
            planned_shifts=contract.planned_shifts,
        ),
        sent_at=command.sent_at,
        channel=command.channel,
        parties=command.parties,
        terms=used_terms(terms),
    )
