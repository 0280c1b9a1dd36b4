"""Why an award can be refused."""

from ledger.errors import Refusal

CLAUSE = "S3: two criteria, time and continuity"


class PositionNotThere(Refusal):
    """The order has no such position."""

    code = "position-not-there"
    clause = "domain 3.1: positions are profile, period and planned shifts"
    title_sv = "Avropsraden finns inte"
    title_en = "Position not found"


class AnswerWindowOpen(Refusal):
    """Offers may still come; the award waits for the end of the answer time."""

    code = "answer-window-open"
    clause = "domain 3.2: offers are sealed until the award"
    title_sv = "Svarstiden pågår"
    title_en = "Answer window still open"


class PositionAwardedAlready(Refusal):
    """An award of the position stands; another needs that it has lapsed."""

    code = "position-awarded"
    clause = "domain 3.3: re-award only after an award came to nothing"
    title_sv = "Avropsraden är redan tilldelad"
    title_en = "Position awarded already"


class AwardLimitReached(Refusal):
    """The position has been awarded as many times as allowed."""

    code = "award-limit-reached"
    clause = "domain 3.3: re-award within the policy's limit"
    title_sv = "Avropsraden kan inte tilldelas fler gånger"
    title_en = "Award limit reached"


class NothingToAward(Refusal):
    """No offer for the position takes part in the ranking."""

    code = "nothing-to-award"
    clause = CLAUSE
    title_sv = "Inget avropssvar kan tilldelas"
    title_en = "No offer to award"


class DrawSeedMissing(Refusal):
    """The first place is tied, and the seed that decides it has not been recorded."""

    code = "draw-seed-missing"
    clause = "domain 6: a tie is drawn with a seed nobody could steer"
    title_sv = "Lottningens frö saknas"
    title_en = "Draw seed missing"


class OfferNotAwardable(Refusal):
    """The offer named takes no part in the ranking."""

    code = "offer-not-awardable"
    clause = CLAUSE
    title_sv = "Avropssvaret kan inte tilldelas"
    title_en = "Offer not awardable"


class AgainstRankingReasonMissing(Refusal):
    """An award against the ranking needs a reason."""

    code = "against-ranking-reason-missing"
    clause = CLAUSE
    title_sv = "Skäl för tilldelning mot rangordningen saknas"
    title_en = "Reason against the ranking missing"
