"""Time stamps: `openssl ts` stamps and verifies; what it would not stand for, we do not either."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proof.der import with_ordered_certificates
from ledger.proof.stamp import (
    STAMP_BYTES_MAX,
    StampError,
    answered_stamp,
    kept_stamp,
    parsed_roots,
    stamp_request,
    unverified_time,
)
from tests.proof.authority import OTHER_POLICY, POLICY, authority

CONTENT = b"ledger.example/l-1\n42\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n"
DATA = Path(__file__).parent / "data"
KEPT = (DATA / "openssl.tsr").read_bytes()
KEPT_OF = (DATA / "openssl.txt").read_bytes()
KEPT_ROOTS = parsed_roots((DATA / "openssl.pem").read_bytes())


@pytest.fixture(scope="module")
def tsa():
    with authority() as made:
        yield made


@pytest.fixture(scope="module")
def roots(tsa):
    return parsed_roots(tsa.roots.read_bytes())


def test_openssl_stamps_what_we_ask_and_verifies_what_we_keep(tsa, roots):
    asked = stamp_request(CONTENT)
    der = tsa.stamp(asked.der)
    stamp = answered_stamp(asked, der, roots, POLICY)
    assert (stamp.der, stamp.policy, stamp.authority) == (der, POLICY, "CN=authority")
    assert abs(datetime.now(UTC) - stamp.stamped_at) < timedelta(minutes=5)
    assert kept_stamp(CONTENT, der, roots) == stamp
    assert tsa.verifies(CONTENT, der)
    assert not tsa.verifies(CONTENT + b"x", der)


def test_a_request_says_what_openssl_reads_in_it(tsa):
    (tsa.work / "asked").write_bytes(stamp_request(CONTENT).der)
    shown = tsa._ran("ts -query -in asked -text").stdout.decode()
    assert "Hash Algorithm: sha256" in shown
    assert "Certificate required: yes" in shown
    assert "Nonce: 0x" in shown


def test_each_request_has_a_nonce_of_its_own_and_takes_no_other_answer(tsa, roots):
    first, second = stamp_request(CONTENT), stamp_request(CONTENT)
    assert first.nonce != second.nonce
    with pytest.raises(StampError, match="nonce"):
        answered_stamp(second, tsa.stamp(first.der), roots)


def test_other_bytes_and_another_policy_are_refused(tsa, roots):
    asked = stamp_request(CONTENT)
    der = tsa.stamp(asked.der)
    with pytest.raises(StampError, match="other bytes"):
        kept_stamp(CONTENT + b"\n", der, roots)
    with pytest.raises(StampError, match="under policy"):
        answered_stamp(asked, der, roots, OTHER_POLICY)


def test_an_authority_that_says_no_is_told_with_its_reason(tsa):
    """A query of openssl's own, for a policy that this authority does not have."""
    tsa._run("ts -query -digest " + "00" * 32 + " -sha256 -tspolicy 1.2.3.9 -out asked")
    with pytest.raises(StampError, match="did not stamp"):
        unverified_time(tsa.stamp((tsa.work / "asked").read_bytes()))


@pytest.mark.parametrize("purpose", ["stamps-not-critical", "mail", "no-purpose"])
def test_a_certificate_that_is_not_for_time_stamping_does_not_stamp(tsa, roots, purpose):
    """An authority of openssl refuses to sign with such: another command of it signs."""
    signer = tsa.certify(f"for-{purpose}", purpose)
    asked = stamp_request(CONTENT)
    der = signed_anyway(tsa, asked.der, signer)
    with pytest.raises(StampError, match="does not verify"):
        answered_stamp(asked, der, roots)
    assert not tsa.verifies(CONTENT, der)


def signed_anyway(tsa, query: bytes, signer: str) -> bytes:
    """A stamp whose token this signer signed over: openssl ts checks the purpose, openssl cms does not."""
    fine = tsa.stamp(query)
    (tsa.work / "fine").write_bytes(fine)
    tsa._run("ts -reply -in fine -token_out -out token")
    tsa._run("cms -verify -noverify -in token -inform DER -out info -binary")
    tsa._run(f"cms -sign -in info -signer {signer}.pem -inkey {signer}.key -binary -nodetach -outform DER "
             "-econtent_type 1.2.840.113549.1.9.16.1.4 -cades -md sha256 -out resigned")  # fmt: skip
    tsa._run("ts -reply -in resigned -token_in -out whole")
    return (tsa.work / "whole").read_bytes()


def test_signing_anyway_makes_a_fine_stamp_for_a_fine_certificate(tsa, roots):
    """Or the refusals above would show nothing."""
    asked = stamp_request(CONTENT)
    der = signed_anyway(tsa, asked.der, tsa.certify("another-authority"))
    assert answered_stamp(asked, der, roots).authority == "CN=another-authority"
    assert tsa.verifies(CONTENT, der)


def test_a_stamp_leads_to_the_root_that_the_reader_chose(tsa, roots):
    tsa.make_ca("stranger")
    tsa.certify("of-stranger", ca="stranger")
    asked = stamp_request(CONTENT)
    der = tsa.stamp(asked.der, "of-stranger")
    with pytest.raises(StampError, match="does not verify"):
        answered_stamp(asked, der, roots)
    strangers = parsed_roots((tsa.work / "stranger.pem").read_bytes())
    assert answered_stamp(asked, der, strangers).authority == "CN=of-stranger"
    with pytest.raises(StampError, match="no root"):
        answered_stamp(asked, der, [])


@pytest.mark.parametrize(("purpose", "fine"), [("ca", True), ("stamps", False)])
def test_only_a_ca_stands_between_authority_and_root(tsa, roots, purpose, fine):
    """The chain comes with the stamp, in whatever order; those who are no CA make none."""
    for index in range(4):
        above, under = tsa.certify(f"{purpose}{index}", purpose), f"under-{purpose}{index}"
        tsa.certify(under, ca=above)
        asked = stamp_request(CONTENT)
        der = tsa.stamp(asked.der, under, "-chain", f"{above}.pem")
        assert tsa.verifies(CONTENT, der) is fine
        if fine:
            assert answered_stamp(asked, der, roots).der == der
        else:
            with pytest.raises(StampError, match="does not verify"):
                answered_stamp(asked, der, roots)


@given(st.binary(max_size=64), st.integers(0, len(KEPT)), st.integers(0, 20))
def test_putting_certificates_in_order_moves_nothing_else(junk, at, cut):
    assert with_ordered_certificates(KEPT) == KEPT
    changed = KEPT[:at] + junk + KEPT[at + cut :]
    assert sorted(with_ordered_certificates(changed)) == sorted(changed)


def test_what_is_no_answer_is_refused():
    for junk in (b"", b"x", b"\x30\x03\x02\x01\x02", KEPT[:200], KEPT + b"x", bytes(STAMP_BYTES_MAX + 1)):
        with pytest.raises(StampError):
            kept_stamp(KEPT_OF, junk, KEPT_ROOTS)
    for pem in (b"", b"no certificate"):
        with pytest.raises(StampError, match="PEM"):
            parsed_roots(pem)
    with pytest.raises(StampError, match="nothing"):
        stamp_request(b"")


def test_a_stamp_kept_long_ago_verifies_at_the_time_it_states():
    """Made once by `openssl ts` under a certificate that was valid for a day; that day is over."""
    told = json.loads((DATA / "openssl.json").read_text())
    stamp = kept_stamp(KEPT_OF, KEPT, KEPT_ROOTS)
    assert stamp.stamped_at.isoformat() == told["stamped_at"]
    assert (stamp.policy, stamp.serial, stamp.authority) == (
        told["policy"],
        told["serial"],
        told["authority"],
    )
    assert unverified_time(KEPT) == stamp.stamped_at


@given(st.integers(0, len(KEPT) * 8 - 1))
def test_a_changed_bit_never_changes_what_a_stamp_says(bit):
    """A few bits lie outside of what is signed (how algorithms are named); they change no word of it."""
    changed = bytearray(KEPT)
    changed[bit // 8] ^= 1 << bit % 8
    whole = kept_stamp(KEPT_OF, KEPT, KEPT_ROOTS)
    try:
        found = kept_stamp(KEPT_OF, bytes(changed), KEPT_ROOTS)
    except StampError:
        return
    assert (found.stamped_at, found.policy, found.serial, found.authority) == (
        whole.stamped_at, whole.policy, whole.serial, whole.authority,
    )  # fmt: skip


@given(st.binary(max_size=400))
def test_whatever_an_authority_answers_is_a_stamp_or_an_error(junk):
    with pytest.raises(StampError):
        kept_stamp(KEPT_OF, junk, KEPT_ROOTS)
