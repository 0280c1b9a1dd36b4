"""What a package needs of the door: answers to questions whose parameters are text, and receipts."""

from collections.abc import Callable, Mapping
from datetime import date

from api.askable import own_params
from api.opening import ledger_at
from api.place import Place
from api.problems import ProblemError
from api.receipting import Signing, included, opened_by, require_in_force
from api.sealing import signing_key_of
from api.settings import Settings, SettingsError
from api.withheld import place_is_secret
from ledger.errors import Unsafe
from ledger.store.codec import header_of, parse_record
from ledger.store.log import Log, Record
from ledger.store.sealing_tree import Paths, SealedNote, StoredTree
from projections.base import UnanswerableError
from replay.evidence.gathered import Ask
from replay.evidence.package import Receipt
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
            asked = own_params(question, params)
        except ProblemError as error:
            raise UnanswerableError(f"{name} cannot be asked so: {error.problem.detail}") from error
        return ask_at(timeline, question, asked, position, on)

    return ask


def receipts_of(
    place: Place, settings: Settings, log: Log, tree: StoredTree, paths: Paths, under: SealedNote
) -> Callable[[Record], Receipt | None]:
    """The receipt of a record as who sent its command gets it; none where this installation has no key."""
    try:
        key = signing_key_of(place, settings, ledger_at(place.serve_url), make=False)
    except (SettingsError, Unsafe):
        key = None
    if key is None or not _in_force(signing := Signing(log, tree, key, paths)):
        return lambda _: None
    return lambda record: receipt_of_record(signing, record, under)


def _in_force(signing: Signing) -> bool:
    """Whether the key is the one that signs; nobody should believe what another one signs."""
    try:
        require_in_force(signing)
    except Unsafe:
        return False
    return True


def receipt_of_record(signing: Signing, record: Record, under: SealedNote) -> Receipt | None:
    """The receipt of inclusion of a record, as who sent its command gets it; None while its place is secret.

    Where another key signed the checkpoint that it would be under, it is under the one given.
    Raises Corrupt when what is stored does not lead to the root of its checkpoint.
    """
    k, events = header_of(parse_record(record.record).header).n
    last = record.position - k + events
    command = [record] if events == 1 else signing.log.records(after=last - events, upto=last)
    if place_is_secret(signing.log, command):
        return None
    for found in (signing.tree.covering(last), under):
        opened = found and opened_by(found, signing.key)
        if found and opened:
            return Receipt(included(signing, opened, record), found.size, found.note)
    return None
