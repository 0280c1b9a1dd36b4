"""Cosignatures: those of a public witness verify here, ours by an implementation that is not ours."""

import base64
from pathlib import Path

import pytest
from tlog_scales.signing import Ed25519CosignatureVerifier, NoteSignature, Vkey
from tlog_scales.tlog import Checkpoint as ForeignCheckpoint
from tlog_scales.tlog import (
    ConsistencyProof,
    ConsistencyProofInvalid,
    InclusionProof,
    InclusionProofInvalid,
)

from ledger.proof.cosignature import (
    WitnessKey,
    cosignatures,
    cosigned,
    parsed_witness,
    signed_alone,
    witness_key,
)
from ledger.proof.note import NoteError, SigningKey, parsed_note
from ledger.proof.paths import consistency_path, inclusion_path
from tests.proof import naive
from tests.proof.authority import openssl, require_openssl
from tests.proof.logs import TestLog

KEY = SigningKey("region.example/witness", bytes(range(32, 64)))
DATA = Path(__file__).parent / "data"
# What a public log of test certificates said of itself one day, and witnesses of it.
PUBLIC_WITNESS = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
PUBLIC_NOTE = (DATA / "witnessed.txt").read_bytes()
# The example of c2sp.org/tlog-cosignature, of which no key was published: its form and its time are known.
EXAMPLE = (DATA / "cosignature.txt").read_bytes()
NOTE = TestLog().note(5)
LINE = cosigned(parsed_note(NOTE).text, KEY, 1_700_000_000).line


def test_a_public_witness_is_believed_by_its_key_alone():
    key = parsed_witness(PUBLIC_WITNESS)
    assert key.text == PUBLIC_WITNESS
    (found,) = cosignatures(PUBLIC_NOTE, [key, witness_key(KEY)])
    assert (found.name, found.cosigned_at) == ("remora.n621.de", 1779573024)
    assert found.line.encode() == PUBLIC_NOTE.splitlines(keepends=True)[-1]
    with pytest.raises(NoteError, match="not over this text"):
        cosignatures(PUBLIC_NOTE.replace(b"1432088532", b"1432088533"), [key])
    other = WitnessKey(key.name, bytes(32))
    assert cosignatures(PUBLIC_NOTE, [other]) == []


def test_the_example_of_the_specification_has_the_form_and_the_time_that_it_says():
    line = parsed_note(EXAMPLE).signatures[1]
    assert (line.name, len(line.signature)) == ("witness.example.com/w1", 72)
    assert int.from_bytes(line.signature[:8]) == 1679315147


def test_an_implementation_that_is_not_ours_verifies_checkpoint_and_cosignature():
    foreign = ForeignCheckpoint.from_text((NOTE + LINE.encode()).decode())
    foreign.verify(Vkey.from_string(TestLog().key.verifier.text))
    foreign.verify(Vkey.from_string(witness_key(KEY).text))
    signature = NoteSignature.from_line(LINE.rstrip())
    assert Ed25519CosignatureVerifier.get_timestamp(signature.payload) == 1_700_000_000


@pytest.mark.parametrize(("old", "new"), [(1, 2), (3, 7), (4, 8), (6, 8), (255, 600), (256, 700), (700, 700)])
def test_an_implementation_that_is_not_ours_verifies_proofs(old, new):
    log = TestLog()
    ConsistencyProof(old, new, log.proof(old, new)).check(log.root(old), log.root(new))
    tiles, leaves = naive.Kept(log.leaves(new)), log.leaves(new)
    proof = ConsistencyProof(old, new, consistency_path(old, new, tiles))
    proof.check(log.root(old), log.root(new))
    with pytest.raises(ConsistencyProofInvalid):
        proof.check(TestLog("two").root(old), log.root(new))
    inclusion = InclusionProof(old - 1, new, inclusion_path(old - 1, new, tiles))
    inclusion.check(leaves[old - 1], log.root(new))
    with pytest.raises(InclusionProofInvalid):
        inclusion.check(leaves[old - 1], TestLog("two").root(new))


def test_openssl_verifies_what_a_witness_signs(tmp_path):
    """The message is put together here from the specification, by hand."""
    require_openssl()
    content = base64.b64decode(LINE.split()[2])
    text = NOTE.decode().partition("\n\n")[0] + "\n"
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + witness_key(KEY).public)
    (tmp_path / "signature").write_bytes(content[12:])
    for message, verified in (
        (f"cosignature/v1\ntime 1700000000\n{text}", True),
        (f"cosignature/v1\ntime 1700000001\n{text}", False),
        (text, False),
    ):
        (tmp_path / "message").write_text(message)
        ran = openssl(tmp_path, "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER",
                      "-inkey", "key.der", "-in", "message", "-sigfile", "signature")  # fmt: skip
        assert (ran.returncode == 0) is verified, ran


def test_no_bit_of_a_cosigned_checkpoint_can_be_another():
    whole = NOTE + LINE.encode()
    (made,) = cosignatures(whole, [witness_key(KEY)])
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            found = cosignatures(bytes(changed), [witness_key(KEY)])
        except NoteError:
            continue
        # The line of the log is not this witness's word, and a line of another name or id is nobody's here.
        assert found in ([], [made])
        assert found == [] or changed[: NOTE.index(b"\n\n")] == NOTE[: NOTE.index(b"\n\n")]


def test_the_same_key_signs_for_a_log_and_a_witness_and_neither_passes_for_the_other():
    log = KEY.verifier
    assert log.id != witness_key(KEY).id
    with pytest.raises(NoteError, match="none of a witness"):
        parsed_witness(log.text)
    with pytest.raises(NoteError, match="id is not"):
        parsed_witness(witness_key(KEY).text.replace("region", "regiom"))
    with pytest.raises(NoteError, match="written as"):
        parsed_witness("a witness")


def test_lines_that_anybody_wrote_under_a_note_are_not_kept():
    junk = "— somebody.example AAAAAAAAAAAA\n".encode()
    assert signed_alone(NOTE + junk + LINE.encode(), [TestLog().key.verifier]) == NOTE
    assert signed_alone(NOTE, [TestLog().key.verifier]) == NOTE
