"""What was asked of a ranking before anybody had seen it: awards refused to an offer that was named."""

from ledger.events.awards import AwardRefused
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind

Attempts = tuple[Recorded[AwardRefused], ...]
award_attempts: FoldKind[Attempts] = FoldKind("award-attempts", "order", ())


@award_attempts.on(AwardRefused)
def _refused(state: Attempts, e: AwardRefused, position: int) -> Attempts:
    return (*state, Recorded(position, e))
