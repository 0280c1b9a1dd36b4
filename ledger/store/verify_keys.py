"""Who may have signed a checkpoint of which size: the keys that the log names, or those that were given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ledger.facts.signing_keys import Chain
from ledger.proof.note import NoteError, VerifierKey, opened_note, parsed_note
from ledger.store.verify_examination import Found


@dataclass(frozen=True, slots=True)
class Signers:
    """The keys of the log, those that whoever verifies was given (``pinned``), and the installation's own.

    Where the log names keys, the first must be one of the pinned; the own key must be among those it names.
    """

    chain: Chain
    pinned: tuple[VerifierKey, ...] = ()
    own: tuple[VerifierKey, ...] = ()

    def findings(self) -> Iterator[Found]:
        """What is wrong with the announcements, and how they differ from the keys that are known."""
        yield from self.chain.wrong
        if not self.chain.keys:
            return
        first, last = self.chain.keys[0], self.chain.keys[-1]
        named = [one.key for one in self.chain.keys]
        if self.pinned and first.key not in self.pinned:
            yield first.announced, f"the log's first key is {first.key.text}, which is none of those given"
        elif not self.pinned and self.own and not set(self.own) & set(named):
            yield (
                last.announced,
                f"the log names no key {self.own[0].text}, which this installation signs with",
            )

    def opened(self, size: int, note: bytes) -> bool:
        """Whether a signature was checked. Raises NoteError where it is not by the key it must be by."""
        mine = self.chain.at(size)
        if mine is None or size < self.chain.keys[0].announced:
            keys = (*self._known(), *([mine.key] if mine else ()))
            if self._known():
                opened_note(note, keys)
            return bool(self._known())
        try:
            opened_note(note, [mine.key])
        except NoteError as error:
            raise NoteError(f"{error}; {self._said(size, note)}") from error
        return True

    def _known(self) -> tuple[VerifierKey, ...]:
        return self.pinned or self.own

    def _said(self, size: int, note: bytes) -> str:
        """Whose turn it was to sign, and whose signature stands there if the log knows that key."""
        mine = self.chain.at(size)
        says = f"the log says that {mine.key.id.hex()} signs after p{mine.after}" if mine else ""
        ids = {one.key_id for one in parsed_note(note).signatures}
        used = next((one for one in self.chain.keys if one.key.id in ids and one is not mine), None)
        if used is None:
            return says
        turn = f", {used.ended} at p{used.upto}" if used.upto is not None and used.upto < size else ""
        return f"{says}, and here is {used.key.id.hex()}{turn}"


def trusted_by(chain: Chain, given: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
    """The keys given, and those that the log announces under one of them."""
    places = [at for at, one in enumerate(chain.keys) if one.key in given]
    after = chain.keys[places[0] :] if places else ()
    return tuple(dict.fromkeys((*given, *(one.key for one in after))))
