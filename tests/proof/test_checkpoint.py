"""Notes and checkpoints: what other implementations signed opens here, what we sign opens there."""

import base64
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger.proof.checkpoint import (
    Checkpoint,
    opened_checkpoint,
    parsed_checkpoint,
    sealed_checkpoint,
    unverified_checkpoint,
)
from ledger.proof.note import (
    NoteError,
    SigningKey,
    VerifierKey,
    opened_note,
    parsed_note,
    parsed_signer,
    parsed_verifier,
)

# Of golang.org/x/mod/sumdb/note: a key of its tests, and the note that it signs there.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# A public log of another kind, and what it signed of itself one day.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = """go.sum database tree
6476701
mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=

— sum.golang.org Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=
""".encode()
# The same log, cosigned by a witness in two ways that this program does not know: such lines are left aside.
COSIGNED = """go.sum database tree
15081221
BoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=

— sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=
— test.example.com \
qTGhC3917mAr6hGh+T55tNjxaej/D/GQivJZRIj7XGdAcQOTqfMWIPgp/v/904LEduN/h2sSRtHUJXUL4b9Gm7Bz4Qc=
— test.example.com /Pa7Y/dUvWMAAAAAQVwkQVi81ArPV7BIaQYrMIxyzY0m8a4BdeeBhSKd3PviPK4/\
3Sd+NKSc5N7PDTCfAkUSVniN+R2oKIggA4iiDQ==
""".encode()
ROOT = bytes(range(32))
KEY = SigningKey("ledger.example/l-1", bytes(32))
NOTE = sealed_checkpoint(Checkpoint(KEY.name, 42, ROOT), KEY)


def test_the_known_key_signs_the_known_note_byte_for_byte():
    key = parsed_signer(PETER_SECRET)
    assert key.verifier == parsed_verifier(PETER)
    assert (key.text, key.verifier.text) == (PETER_SECRET, PETER)
    assert key.sign(PETER_TEXT) == f"{PETER_TEXT}\n{PETER_LINE}"
    assert opened_note(f"{PETER_TEXT}\n{PETER_LINE}".encode(), [key.verifier]) == PETER_TEXT


@pytest.mark.parametrize(("note", "size"), [(SUMDB_NOTE, 6476701), (COSIGNED, 15081221)])
def test_checkpoints_of_a_public_log_open_with_its_key(note, size):
    found = opened_checkpoint(note, [parsed_verifier(SUMDB)], "go.sum database tree")
    assert found.size == size
    assert found.text.encode() == note[: len(found.text)]
    with pytest.raises(NoteError, match="not of"):
        opened_checkpoint(note, [parsed_verifier(SUMDB)], "another log")
    with pytest.raises(NoteError, match="not signed"):
        opened_checkpoint(note, [parsed_verifier(PETER)])


def test_openssl_verifies_what_we_sign(tmp_path):
    note = parsed_note(NOTE)
    public = Ed25519PublicKey.from_public_bytes(KEY.verifier.public)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "signature").write_bytes(note.signatures[0].signature)
    for text, verified in ((note.text, True), (note.text.replace("42", "43"), False)):
        (tmp_path / "text").write_text(text)
        ran = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "key.pem", "-in", "text",
             "-sigfile", "signature"],
            cwd=tmp_path, capture_output=True, check=False,
        )  # fmt: skip
        assert (ran.returncode == 0) is verified, ran


def test_a_checkpoint_is_three_lines_and_comes_back():
    assert NOTE.startswith(
        f"ledger.example/l-1\n42\n{base64.b64encode(ROOT).decode()}\n\n— ledger.example/l-1 ".encode()
    )
    assert opened_checkpoint(NOTE, [KEY.verifier], KEY.name) == Checkpoint(KEY.name, 42, ROOT)
    assert unverified_checkpoint(NOTE) == Checkpoint(KEY.name, 42, ROOT)


def test_a_secret_key_is_not_shown():
    assert "seed" not in repr(KEY)
    with pytest.raises(NoteError) as refused:
        parsed_signer(PETER_SECRET.replace("c74f20a3", "c74f20a4"))
    assert "AYEK" not in str(refused.value)


def test_no_bit_of_a_checkpoint_can_be_another():
    for bit in range(8 * len(NOTE)):
        changed = bytearray(NOTE)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NoteError):
            opened_checkpoint(bytes(changed), [KEY.verifier], KEY.name)


def test_a_wrong_signature_by_a_known_key_spoils_a_note_that_another_signed():
    other = SigningKey.generate("ledger.example/l-1")
    both = NOTE + other.sign(parsed_note(NOTE).text).encode().splitlines(keepends=True)[-1]
    assert opened_checkpoint(both, [KEY.verifier, other.verifier]).size == 42
    assert opened_checkpoint(both, [other.verifier]).size == 42
    wrong = NOTE + other.sign("another text\n").encode().splitlines(keepends=True)[-1]
    assert opened_checkpoint(wrong, [KEY.verifier]).size == 42
    with pytest.raises(NoteError, match="not over this text"):
        opened_checkpoint(wrong, [KEY.verifier, other.verifier])


def test_a_key_of_another_name_or_with_the_same_id_is_unknown():
    with pytest.raises(NoteError, match="not signed"):
        opened_checkpoint(NOTE, [VerifierKey("ledger.example/l-2", KEY.verifier.public)])
    with pytest.raises(NoteError, match="that of"):
        sealed_checkpoint(Checkpoint("ledger.example/l-2", 42, ROOT), KEY)


NO_CHECKPOINTS = (
    "", "a\n1\n", "a\n\n1\n", "a\n01\n{root}\n", "a\n-1\n{root}\n", "a\n1\nAAAA\n", "a\n1\n{root}=\n",
    "a\n+1\n{root}\n", "a\n9223372036854775808\n{root}\n", "a\n١\n{root}\n", "a\n1\n{root}\n\nmore\n",
)  # fmt: skip
NO_NOTES = (
    "", "text\n", "text\n\n", "text\n\n- a AAAAAAAA\n", "text\n\n— a AAAA\n", "text\n\n— a+b AAAAAAAA\n",
    "text\n\n— a AAAAAAAA", "text\r\n\n— a AAAAAAAA\n", "text\n\n— a AAAAAAA=\n\n", "t\n\n— a AAAAAAB=\n",
    "x" * 70_000,
)  # fmt: skip


@pytest.mark.parametrize("text", NO_CHECKPOINTS)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteError):
        parsed_checkpoint(text.replace("{root}", base64.b64encode(ROOT).decode()))


@pytest.mark.parametrize("content", [*(text.encode() for text in NO_NOTES), b"\xff\n\n"])
def test_what_is_no_note_is_refused(content):
    with pytest.raises(NoteError):
        parsed_note(content)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\tb"])
def test_a_key_has_a_name_that_can_stand_in_a_line(name):
    with pytest.raises(NoteError):
        SigningKey.generate(name)
    with pytest.raises(NoteError):
        parsed_verifier(f"{name}+00000000+{base64.b64encode(b'x' * 33).decode()}")
