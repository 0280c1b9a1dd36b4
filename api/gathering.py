"""What a package needs of the door: answers to questions whose parameters are text, and receipts."""

from collections.abc import Callable, Mapping
from datetime import date

from api.opening import ledger_at
from api.place import Place
from api.problems import ProblemError
from api.questions import params_of
from api.receipting import Signing, receipt_of_record, require_in_force
from api.sealing import signing_key_of
from api.settings import Settings, SettingsError
from ledger.errors import Unsafe
from ledger.store.log import Log, Record
from ledger.store.sealing_tree import Paths, StoredTree
from projections.base import UnanswerableError
from replay.evidence.gathered import Ask
from replay.questions.asking import Answered, ask_at
from replay.questions.base import QUESTIONS
from replay.timeline import Timeline


def asking(timeline: Timeline) -> Ask:
    """Answers questions by name, their parameters read as the door reads them."""

    def ask(name: str, params: Mapping[str, str], position: int, on: date) -> Answered:
        question = QUESTIONS.get(name)
        if question is None:
            raise UnanswerableError(f"there is no question {name}")
        try:
            asked = params_of(question.params, params)
        except ProblemError as error:
            raise UnanswerableError(f"{name} cannot be asked so: {error.problem.detail}") from error
        return ask_at(timeline, question, asked, position, on)

    return ask


def receipts_of(
    place: Place, settings: Settings, log: Log, tree: StoredTree, paths: Paths
) -> Callable[[Record], bytes | None]:
    """The receipt of a record as who sent its command gets it; none where this installation has no key."""
    try:
        key = signing_key_of(place, settings, ledger_at(place.serve_url), make=False)
    except (SettingsError, Unsafe):
        key = None
    if key is None or not _in_force(signing := Signing(log, tree, key, paths)):
        return lambda _: None
    return lambda record: receipt_of_record(signing, record)


def _in_force(signing: Signing) -> bool:
    """Whether the key is the one that signs; nobody should believe what another one signs."""
    try:
        require_in_force(signing)
    except Unsafe:
        return False
    return True
