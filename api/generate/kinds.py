"""The kinds of fold that the decisions of a generated history read: what is remembered, and nothing else."""

from ledger.facts.admissions import admissions, agreements, rounds
from ledger.facts.aliases import aliases
from ledger.facts.assignments import assignments
from ledger.facts.consultants import registrations
from ledger.facts.deviations import deviations
from ledger.facts.genesis import genesis
from ledger.facts.interests import interests
from ledger.facts.ladder import ladder
from ledger.facts.mandates import mandates
from ledger.facts.orders import offer_homes, orders
from ledger.facts.parties import regions, suppliers, units
from ledger.facts.policies import calendars, policies
from ledger.facts.prices import articles, publications
from ledger.facts.profiles import profiles
from ledger.facts.schedules import schedules
from ledger.facts.standing import standing
from ledger.facts.time_reports import time_reports
from ledger.facts.worked_time import worked_time

KINDS = (
    admissions, agreements, aliases, articles, assignments, calendars, deviations, genesis, interests, ladder,
    mandates, offer_homes, orders, policies, profiles, publications, regions, registrations, rounds,
    schedules, standing,
    suppliers, time_reports, units, worked_time,
)  # fmt: skip
