"""Events of whistleblowing cases: clocks only, secret in every state. Who reported is never recorded.

What was reported, and by whom, stays in the channel itself (S4: Västra Götalandsregionen's); ``reference`` is
its own number of the case.
"""

from typing import Literal

from ledger.events.base import event
from ledger.values import AgreementId, CaseId, Code, Instant, RegionId, RegistryNumber, Text

Omission = Literal["waived", "would-reveal"]
Classification = Literal["whistleblowing", "other-matter"]


@event("whistleblowing-received", tags=("case",), secrecy="secret")
class WhistleblowingReceived:
    """A report came in over a channel; from its receipt the time to acknowledge it runs."""

    case: CaseId
    agreement: AgreementId
    region: RegionId
    channel: Code
    reference: RegistryNumber
    received_at: Instant


@event("whistleblowing-acknowledged", tags=("case",), secrecy="secret")
class WhistleblowingAcknowledged:
    """The receipt was acknowledged to whoever reported; the time to give feedback runs from here."""

    case: CaseId
    acknowledged_at: Instant


@event("whistleblowing-acknowledgement-omitted", tags=("case",), secrecy="secret")
class WhistleblowingAcknowledgementOmitted:
    """No receipt is acknowledged: it was waived, or would reveal who reported."""

    case: CaseId
    why: Omission
    decided_at: Instant


@event("whistleblowing-classified", tags=("case",), secrecy="secret")
class WhistleblowingClassified:
    """The officer decided whether the report is whistleblowing; until then it is treated as such."""

    case: CaseId
    classification: Classification
    decided_at: Instant
    reasons: Text


@event("whistleblowing-feedback-given", tags=("case",), secrecy="secret")
class WhistleblowingFeedbackGiven:
    """Whoever reported was told, over the channel, what was or will be done, and why."""

    case: CaseId
    given_at: Instant


@event("whistleblowing-closed", tags=("case",), secrecy="secret")
class WhistleblowingClosed:
    """The follow-up was closed; from here the time runs in which personal data may still be processed."""

    case: CaseId
    closed_at: Instant
    outcome: Code


@event("whistleblowing-data-disposed", tags=("case",), secrecy="secret")
class WhistleblowingDataDisposed:
    """The channel reports that the case's personal data is no longer processed, by a disposal decision."""

    case: CaseId
    disposed_at: Instant
    registry_number: RegistryNumber
