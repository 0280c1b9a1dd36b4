"""The kinds of fold that the decisions of a generated history read: what is remembered, and nothing else."""

from ledger.facts.admissions import admissions, agreements, rounds
from ledger.facts.aliases import aliases
from ledger.facts.assignments import assignments
from ledger.facts.bookings import bookings
from ledger.facts.consultants import registrations
from ledger.facts.deviations import deviations
from ledger.facts.genesis import genesis
from ledger.facts.hired_cost import staff_costs
from ledger.facts.interests import interests
from ledger.facts.invoice_cases import assignment_shifts
from ledger.facts.invoices import billed, invoices
from ledger.facts.ladder import ladder
from ledger.facts.mandates import mandates
from ledger.facts.measures import measures
from ledger.facts.orders import offer_homes, orders
from ledger.facts.parties import regions, suppliers, units
from ledger.facts.policies import calendars, policies
from ledger.facts.prices import articles, order_messages, publications
from ledger.facts.profiles import profiles
from ledger.facts.purchases import purchases
from ledger.facts.schedules import schedules
from ledger.facts.spot_checks import spot_checks
from ledger.facts.standing import standing
from ledger.facts.succession import successors
from ledger.facts.supplier_contracts import supplier_contracts
from ledger.facts.supplier_records import supplier_records
from ledger.facts.supplier_reports import supplier_reports
from ledger.facts.time_reports import time_reports
from ledger.facts.whistleblowing import cases
from ledger.facts.worked_time import worked_time

KINDS = (
    admissions, agreements, aliases, articles, assignments, assignment_shifts, billed, bookings, calendars,
    cases, deviations, genesis, interests, invoices, ladder, mandates, measures, offer_homes, order_messages,
    orders, policies, profiles, publications, purchases, regions, registrations, rounds, schedules,
    spot_checks, staff_costs, standing,
    successors, supplier_contracts, supplier_records, supplier_reports, suppliers,
    time_reports, units, worked_time,
)  # fmt: skip
