"""The suitability of every offered consultant as an award sees it: checks by offer, and what excludes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ledger.decisions.base import Asking
from ledger.decisions.refusals import PolicyTermMissing
from ledger.events.awards import RankedOffer
from ledger.events.checks import Check, OfferChecks
from ledger.events.offers import OfferCorrected, OfferReceived
from ledger.events.orders import OrderPublished
from ledger.facts.hires import Hire, Person
from ledger.facts.humans import Humans
from ledger.facts.parties import Region, regions
from ledger.facts.profiles import Profile, profiles
from ledger.facts.suitability import SuitabilityTerms, checks
from ledger.policy.model import Resolved
from ledger.values import local_date


@dataclass(frozen=True, slots=True)
class SuitabilityFacts:
    """The region that calls off, and what is recorded under every id of the offered humans."""

    region: Region = field(default_factory=Region)
    profiles: Mapping[str, Profile] = field(default_factory=dict)


def suitability_facts(region: str, humans: Humans) -> Asking[SuitabilityFacts]:
    """Facts: the region, and a profile for every id of every human."""
    held: Region = yield regions(region)
    ids = sorted({one for same in humans.ids.values() for one in same})
    found = yield {one: profiles(one) for one in ids}
    return SuitabilityFacts(held, found)


def checked(
    order: OrderPublished,
    offers: Sequence[OfferReceived | OfferCorrected],
    humans: Humans,
    facts: SuitabilityFacts,
    terms: Mapping[str, Resolved],
) -> Mapping[str, tuple[Check, ...]]:
    """The checks of each offer, by offer id. Refuses a value that no rule understands."""
    if not offers:
        return {}
    try:
        rules = SuitabilityTerms.of(terms)
        return {
            offer.offer: checks(
                hire_of(order, offer), _person(offer.consultant, humans, facts), facts.region, rules
            )
            for offer in offers
        }
    except LookupError as error:
        raise PolicyTermMissing(str(error), "") from error


def hire_of(order: OrderPublished, offer: OfferReceived | OfferCorrected) -> Hire:
    """What an offer is tested for, on the local dates of publication, offer and start."""
    return Hire(
        profession=order.profession,
        authority=order.authority,
        operating_unit=order.operating_unit,
        dates={
            "publication": local_date(order.published_at),
            "offer": local_date(offer.received_at),
            "start": offer.from_on,
        },
        from_on=offer.from_on,
        until_on=offer.until_on,
    )


def excluding(found: Sequence[Check]) -> Check | None:
    """The first requirement that keeps an offer out of the ranking."""
    for check in found:
        if check.excludes:
            return check
    return None


def in_order(
    ranking: Iterable[RankedOffer], found: Mapping[str, tuple[Check, ...]]
) -> tuple[OfferChecks, ...]:
    """Every offer's checks, in the order of the ranking; about persons, so a group of their own."""
    return tuple(OfferChecks(offer=one.offer, checks=found.get(one.offer, ())) for one in ranking)


def _person(consultant: str, humans: Humans, facts: SuitabilityFacts) -> Person:
    ids = humans.ids[consultant]
    return Person(tuple(facts.profiles[one] for one in ids), humans.of(consultant))
