"""Publishing the policy book: what orders pin from then on."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.decisions.guards import MANDATE_REFUSALS, mandate_of, require_come, require_mandate
from ledger.decisions.refusals import InstantAhead
from ledger.errors import Refusal
from ledger.events.policy import PolicyPublished, PolicyRow
from ledger.facts.mandates import Mandate
from ledger.facts.policies import policies
from ledger.policy.book import flaws
from ledger.policy.model import Library, book_digest
from ledger.policy.rows import edited, named, together
from ledger.values import AgreementId, LocalDate, Remark, Text


class PolicyVersionWrong(Refusal):
    """Versions rise by one, from one."""

    code = "policy-version-wrong"
    clause = "domain 5: policy is versioned data"
    title_sv = "Fel versionsnummer"
    title_en = "Wrong policy version"


class PolicyRowsFlawed(Refusal):
    """A value lacks unit or source, an assumption does not say what it assumes, an overlay who permits it."""

    code = "policy-rows-flawed"
    clause = "domain 5: every value has scope, dates, source and unit"
    title_sv = "Policyns rader har brister"
    title_en = "Policy rows are flawed"


class PolicyDigestDiffers(Refusal):
    """The rows are not those that were decided on."""

    code = "policy-digest-differs"
    clause = "domain 5: policy is versioned data"
    title_sv = "Raderna är inte de som beslutades"
    title_en = "Rows differ from those decided"


class PolicyRowEdited(Refusal):
    """A value that was published is said otherwise: it is never edited, a new one gets a later start."""

    code = "policy-row-edited"
    clause = "domain 5: policy is versioned data"
    title_sv = "Ett publicerat värde har ändrats"
    title_en = "A published value was edited"


LENGTH_SOURCE = "S3, 003 (lägesrapport 2023-12-06, edited 2024-03-21): a call-off must not exceed 12 months"
CENTRAL = frozenset({"central-contract-management"})


@command
class PublishPolicy:
    """Publish a version of the policy book: its rows join those published before.

    ``book_digest`` is that of the rows given, if those who decided on them made one.
    """

    agreement: AgreementId
    version: int
    rows: tuple[PolicyRow, ...]
    book_digest: Remark = ""
    decided_on: LocalDate
    decided_by: Text
    communicated_to: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PublishFacts:
    """The mandate, and every version published before."""

    mandate: Mandate
    library: Library


def _facts(command: PublishPolicy, context: Context) -> Asking[PublishFacts]:
    mandate = yield from mandate_of(context)
    library = yield policies(command.agreement)
    return PublishFacts(mandate, library)


@decides(
    PublishPolicy,
    facts=_facts,
    example={
        "agreement": "hyr-2024",
        "version": 1,
        "rows": [
            {
                "topic": 10,
                "term": "order.months-max",
                "level": "nation",
                "scope": "",
                "value": 12,
                "unit": "calendar months",
                "kind": {"kind": "whole", "least": 1, "most": 240},
                "valid_from": "2024-01-01",
                "valid_until": None,
                "source": LENGTH_SOURCE,
                "assumed": "",
                "force": "term",
                "permitted_by": "",
            }
        ],
        "decided_on": "2023-12-20",
        "decided_by": "Central contract management",
        "communicated_to": ["regions", "suppliers"],
    },
    raises=(
        *MANDATE_REFUSALS,
        PolicyVersionWrong,
        InstantAhead,
        PolicyRowsFlawed,
        PolicyRowEdited,
        PolicyDigestDiffers,
    ),
)
def publish_policy(command: PublishPolicy, facts: PublishFacts, context: Context) -> Ruling:
    """Central management publishes the next version, with sound rows, none of them edited.

    A digest given with it must be that of the rows. The first version needs no mandate: nobody has one yet.
    """
    latest = facts.library.latest()
    if latest is not None:
        require_mandate(facts.mandate, context, CENTRAL, (command.agreement, "", ""), context.received_at)
    if command.version != (latest.version if latest else 0) + 1:
        detail = f"version {command.version} was given, {latest.version if latest else 'none'} is the latest"
        raise PolicyVersionWrong(detail, "version", (latest.position,) if latest else ())
    require_come(command.decided_on, context, "decided_on")
    _require_digest(command)
    rows = next_rows(facts.library, command.rows, "rows")
    event = PolicyPublished(
        agreement=command.agreement,
        version=command.version,
        book_digest=book_digest(rows),
        rows=rows,
        decided_on=command.decided_on,
        decided_by=command.decided_by,
        communicated_at=context.received_at,
        communicated_to=command.communicated_to,
    )
    return Ruling((event,))


def next_rows(library: Library, given: Iterable[PolicyRow], field: str) -> tuple[PolicyRow, ...]:
    """The rows of the next version. Refuses a row that is flawed, or edits one that was published."""
    given, latest = tuple(given), library.latest()
    published = latest.published.rows if latest else ()
    for row, differing in edited(published, given):
        first = library.first_with(row)
        detail = f"{named(row)}: its {differing} was published otherwise in version {first.version}"
        raise PolicyRowEdited(f"{detail}; give a new value a later start", field, (first.position,))
    rows = together(published, given)
    found = flaws(given) or flaws(rows)
    if found or not given:
        where, what = found[0] if found else ("rows", "are empty")
        raise PolicyRowsFlawed(f"{where} {what} ({len(found)} flaws in all)", field)
    return rows


def _require_digest(command: PublishPolicy) -> None:
    digest = book_digest(command.rows)
    if command.book_digest not in ("", digest):
        raise PolicyDigestDiffers(f"the rows have digest {digest}, not {command.book_digest}", "book_digest")
