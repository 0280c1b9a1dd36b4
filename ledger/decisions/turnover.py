"""The turnover requirement: reported with evidence, judged by policy; nothing follows from it by itself."""

from collections.abc import Mapping

from ledger.decisions.base import Context, Ruling, command, decides
from ledger.decisions.firms import FirmFacts, firm_facts, require_admitted
from ledger.decisions.guards import MANDATE_REFUSALS, assumed, latest_book, resolve_terms
from ledger.decisions.refusals import PolicyMissing, PolicyTermMissing
from ledger.decisions.supplier_status import SupplierNotAdmitted
from ledger.errors import Refusal
from ledger.events.supplier_status import TurnoverReported
from ledger.facts.supplier_records import SupplierRecord
from ledger.policy.model import Resolved, used_terms
from ledger.values import (
    AgreementId,
    LocalDate,
    Ore,
    SupplierId,
    Text,
    local_date,
    local_instant,
    plus_months,
)

LEAST, MONTHS = "turnover.ore-min", "turnover.months"
CLAUSE = "S4: suppliers had difficulty to reach the turnover requirements; domain 5, topic 20"


class TurnoverPeriodWrong(Refusal):
    """Turnover is that of a period of the policy's length, which is over."""

    code = "turnover-period-wrong"
    clause = CLAUSE
    title_sv = "Omsättningsperioden stämmer inte"
    title_en = "Turnover period does not fit"


class TurnoverReportedAlready(Refusal):
    """The period's turnover was reported before."""

    code = "turnover-reported"
    clause = CLAUSE
    title_sv = "Omsättningen är redan redovisad"
    title_en = "Turnover reported already"


class TurnoverNotReliedUpon(Refusal):
    """Another firm's turnover counts only where its capacity was relied upon and there on the last day."""

    code = "turnover-not-relied-upon"
    clause = CLAUSE
    title_sv = "Ingen åberopad kapacitet för omsättning"
    title_en = "No capacity relied upon for turnover"


@command
class ReportTurnover:
    """Report a supplier's turnover (öre) from a date until another, with its evidence."""

    agreement: AgreementId
    supplier: SupplierId
    from_on: LocalDate
    until_on: LocalDate
    own_ore: Ore
    relied_ore: Ore = 0
    evidence: Text
    source: Text


@decides(
    ReportTurnover,
    facts=firm_facts,
    example={
        "agreement": "hyr-2024",
        "supplier": "s-exempel-ett",
        "from_on": "2024-01-01",
        "until_on": "2025-01-01",
        "own_ore": 620000000,
        "evidence": "Auditor's certificate of 2025-03-20",
        "source": "Annual accounts 2024",
    },
    raises=(
        *MANDATE_REFUSALS,
        SupplierNotAdmitted,
        PolicyMissing,
        PolicyTermMissing,
        TurnoverPeriodWrong,
        TurnoverReportedAlready,
        TurnoverNotReliedUpon,
    ),
)
def report_turnover(command: ReportTurnover, facts: FirmFacts, context: Context) -> Ruling:
    """A period's turnover once, own and of firms relied upon, judged by the policy at the period's end."""
    require_admitted(command, facts, context)
    book = latest_book(facts.library, command.agreement)
    terms = resolve_terms(book, (LEAST, MONTHS), local_instant(command.until_on, 0))
    _require_period(command, terms, context)
    _require_new(command, facts.record)
    relied = _relied(command, facts.record)
    event = TurnoverReported(
        agreement=command.agreement,
        supplier=command.supplier,
        from_on=command.from_on,
        until_on=command.until_on,
        own_ore=command.own_ore,
        relied_ore=command.relied_ore,
        required_ore=terms[LEAST].number,
        met=command.own_ore + command.relied_ore >= terms[LEAST].number,
        evidence=command.evidence,
        source=command.source,
        facts=relied,
        terms=used_terms(terms.values()),
    )
    return Ruling((event,), None, tuple(terms.values()))


def _require_period(command: ReportTurnover, terms: Mapping[str, Resolved], context: Context) -> None:
    ends = plus_months(command.from_on, terms[MONTHS].number)
    if command.until_on != ends or ends > local_date(context.received_at):
        detail = f"from {command.from_on} until {command.until_on}; the period ends {ends} and must be over"
        raise TurnoverPeriodWrong(detail, "until_on", (terms[MONTHS].position,), assumed(terms[MONTHS]))


def _require_new(command: ReportTurnover, record: SupplierRecord) -> None:
    for fact in record.turnover:
        told = (fact.event.agreement, fact.event.from_on)
        if told == (command.agreement, command.from_on):
            detail = f"from {command.from_on}: {fact.event.own_ore + fact.event.relied_ore} öre"
            raise TurnoverReportedAlready(detail, "from_on", (fact.position,))


def _relied(command: ReportTurnover, record: SupplierRecord) -> tuple[int, ...]:
    """The positions of the capacity that other firms' turnover rests on. Refuses such turnover without it."""
    if command.relied_ore == 0:
        return ()
    last_day = command.until_on.fromordinal(command.until_on.toordinal() - 1)
    there = record.capacity(command.agreement, "turnover", last_day)
    if not there:
        ended = [p for held in record.capacities.values() for p in held.positions()]
        detail = f"no firm's turnover was relied upon and there on {last_day}"
        raise TurnoverNotReliedUpon(detail, "relied_ore", tuple(sorted(ended)))
    return tuple(sorted(p for held in there for p in held.positions()))
