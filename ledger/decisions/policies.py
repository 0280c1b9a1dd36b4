"""Publishing the policy book: what orders pin from then on."""

from ledger.decisions.base import Asking, Context, Ruling, command, decides
from ledger.errors import Refusal
from ledger.events.policy import PolicyPublished, PolicyRow
from ledger.facts.policies import policies
from ledger.policy.book import flaws
from ledger.policy.model import Library, book_digest
from ledger.values import AgreementId, LocalDate, Text


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


@command
class PublishPolicy:
    """Publish a version of the policy book, every row of it."""

    agreement: AgreementId
    version: int
    rows: tuple[PolicyRow, ...]
    book_digest: str = ""
    decided_on: LocalDate
    decided_by: Text
    communicated_to: tuple[Text, ...]


def _facts(command: PublishPolicy, _context: Context) -> Asking[Library]:
    library: Library = yield policies(command.agreement)
    return library


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
                "source": "S3",
                "assumed": "",
                "force": "term",
                "permitted_by": "",
            }
        ],
        "decided_on": "2023-12-20",
        "decided_by": "Central contract management",
        "communicated_to": ["regions", "suppliers"],
    },
    raises=(PolicyVersionWrong, PolicyRowsFlawed, PolicyDigestDiffers),
)
def publish_policy(command: PublishPolicy, library: Library, context: Context) -> Ruling:
    """The next version, with sound rows; a digest given with it must be that of the rows."""
    latest = library.latest()
    if command.version != (latest.version if latest else 0) + 1:
        detail = f"version {command.version} was given, {latest.version if latest else 'none'} is the latest"
        raise PolicyVersionWrong(detail, "version", (latest.position,) if latest else ())
    digest = _sound_digest(command)
    event = PolicyPublished(
        agreement=command.agreement,
        version=command.version,
        book_digest=digest,
        rows=command.rows,
        decided_on=command.decided_on,
        decided_by=command.decided_by,
        communicated_at=context.received_at,
        communicated_to=command.communicated_to,
    )
    return Ruling((event,))


def _sound_digest(command: PublishPolicy) -> str:
    found = flaws(command.rows)
    if found or not command.rows:
        where, what = found[0] if found else ("rows", "are empty")
        raise PolicyRowsFlawed(f"{where} {what} ({len(found)} flaws in all)", "rows")
    digest = book_digest(command.rows)
    if command.book_digest not in ("", digest):
        raise PolicyDigestDiffers(f"the rows have digest {digest}, not {command.book_digest}", "book_digest")
    return digest
