"""Evidence packages: a stranger's verifier says intact, makes the ranking again, and finds every change."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.cli.reference import DIGEST_FILE
from ledger.proof.note import SigningKey
from ledger.proof.stamp import stamp_request
from ledger.store.codec import header_of, parse_record
from replay.evidence.disclosure import BadMaskError, Disclosure, Mask, Undecided
from replay.evidence.package import award_package, verifier, verifier_digest
from replay.questions.base import SealedError
from tests.proof.authority import authority
from tests.replay.evidence import (
    DECIDED,
    KEY,
    VERIFIER,
    award_world,
    bagged_again,
    ground,
    pinned,
    tied_world,
)
from tests.replay.histories import position_of, rewritten, shortened, with_body

FLIPS = int(os.environ.get("LIGGARE_EVIDENCE_FLIPS", "400"))
LINES_MAX = 600
VERIFY = pinned()


@pytest.fixture(scope="module")
def world():
    return award_world()


@pytest.fixture(scope="module")
def package(world):
    return award_package(ground(world.log), "o-1", 1, DECIDED)


@pytest.fixture(scope="module")
def files(package):
    return dict(package.files)


def english(files, key=None):
    return "\n".join(en for _, en in VERIFY.verified(files, key))


def fault(files, key=None):
    with pytest.raises(VERIFY.Fault) as found:
        VERIFY.verified(files, key)
    return found.value


def changed(files, name, change):
    """The package with one file changed, under manifests made anew."""
    return bagged_again(files | {name: change(files[name])})


def case_with(files, **fields):
    return changed(files, "data/case.json", lambda case: json.dumps(json.loads(case) | fields).encode())


def written(files, top):
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    return top


def run(*arguments, cwd):
    command = [sys.executable, "-I", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={})
    return done.returncode, done.stdout, done.stderr


def test_the_packages_own_verifier_says_intact_and_prints_the_ranking(files, tmp_path):
    top = written(files, tmp_path / "package")
    code, out, err = run("verify.py", cwd=top)
    assert (code, err) == (0, "")
    assert f"THE PACKAGE'S KEY: {KEY.verifier.text}" in out
    assert out.startswith("HELT")
    assert out.index("INTACT") > out.index("omräknad")
    assert "The ranking was made again and is the same." in out
    assert out.count("  1  o-1-s-") == 2
    assert verifier_digest() in out
    assert sorted(path.name for path in top.iterdir() if path.is_dir()) == ["data"]


def test_the_pinned_verifier_takes_a_key_from_elsewhere(files, tmp_path):
    top = written(files, tmp_path / "package")
    code, out, _ = run(VERIFIER, top, "--key", KEY.verifier.text, cwd=tmp_path)
    assert (code, "THE PACKAGE'S KEY" in out) == (0, False)
    stranger = SigningKey.generate(KEY.name).verifier.text
    code, out, _ = run(VERIFIER, top, "--key", stranger, cwd=tmp_path)
    assert (code, "FAULT in data/checkpoint.txt" in out) == (3, True)
    assert run(VERIFIER, "nowhere", cwd=tmp_path)[0] == 2


def test_one_file_of_the_standard_library_that_is_read_in_an_evening():
    text = verifier().decode()
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names
    assert len(text.splitlines()) < LINES_MAX


@pytest.mark.docs
def test_the_published_digest_is_the_verifiers():
    published = DIGEST_FILE.read_text("utf-8")
    digest = sha256(VERIFIER.read_bytes()).hexdigest()
    assert published == f"{digest}  verify.py\n", "write it anew: python -m api.cli.reference"


def test_the_same_case_has_the_same_bytes(world, files):
    assert award_package(ground(world.log), "o-1", 1, DECIDED).files == files


def test_any_flipped_byte_is_found_with_its_place(files):
    chance = random.Random(FLIPS)
    places = [(name, at) for name, content in files.items() for at in range(len(content))]
    for name, at in chance.sample(places, FLIPS):
        content = bytearray(files[name])
        content[at] ^= chance.randrange(1, 256)
        found = fault(files | {name: bytes(content)})
        assert name in found.where or name.endswith("manifest-sha256.txt"), (name, at, found.where)


def test_any_flip_in_what_is_proved_is_found_though_the_manifests_are_made_anew(files):
    chance = random.Random(FLIPS)
    proved = [name for name in files if name.endswith((".record", ".body", ".proof", "checkpoint.txt"))]
    places = [(name, at) for name in proved for at in range(len(files[name]))]
    for name, at in chance.sample(places, FLIPS):
        content = bytearray(files[name])
        content[at] ^= chance.choice([1, 2, 4, 8, 16, 64, 128])
        found = fault(bagged_again(files | {name: bytes(content)}))
        assert found.where.rpartition(".")[0] == name.rpartition(".")[0] or name.endswith(".record")


def test_a_file_more_or_less_is_found(files):
    record = next(name for name in files if name.endswith(".record"))
    without = {name: content for name, content in files.items() if name != record}
    assert record in fault(without).where
    assert "does not belong" in str(fault(bagged_again(without)))
    for more in ("data/more", "verdict.txt", "data/records/1.note"):
        assert f"{more}: does not belong" in str(fault(bagged_again(files | {more: b""})))
    whole = {
        name: content for name, content in files.items() if not name.startswith(record.partition(".")[0])
    }
    assert "data/case.json" in fault(bagged_again(whole)).where


def test_a_record_under_anothers_name_is_found(files):
    one, other = sorted(name for name in files if name.endswith(".record"))[:2]
    assert "not the sealed one" in str(fault(bagged_again(files | {one: files[other], other: files[one]})))


def test_what_is_masked_is_named_with_its_ground_and_everything_else_still_holds(world, files, package):
    award = f"data/records/{package.award.award}.body"
    assert b'"checks"' not in files[award]
    assert "Not shown: checks (secrecy) OSL 1 kap. 1 § a test: 1" in english(files)
    case = json.loads(files["data/case.json"])
    unnamed = [one for one in case["withheld"] if one["group"] != "checks"]
    assert "does not name rightly" in str(fault(case_with(files, withheld=unnamed)))
    bare = [one | {"ground": "" if one["group"] == "checks" else one["ground"]} for one in case["withheld"]]
    assert "does not name rightly" in str(fault(case_with(files, withheld=bare)))


def test_a_masked_offer_leaves_the_rest_intact_and_says_what_could_not_be_made_again(world):
    decided = Disclosure((*DECIDED.masks, Mask("offer-received/facts", "OSL 1 kap. 1 §", "a test")))
    said = english(award_package(ground(world.log), "o-1", 1, decided).files)
    assert "NOT MADE AGAIN" in said
    assert "made again and is the same" not in said
    hidden = Disclosure(
        (*DECIDED.masks, Mask("order-awarded/facts", "OSL 1 kap. 1 §", "a test")), DECIDED.shown
    )
    assert "facts of the award are not shown" in english(
        award_package(ground(world.log), "o-1", 1, hidden).files
    )


def test_nothing_of_a_person_leaves_before_somebody_decided(world):
    with pytest.raises(Undecided, match="offer-received/facts is sealed-until-award"):
        award_package(ground(world.log), "o-1", 1, Disclosure(DECIDED.masks))
    with pytest.raises(Undecided, match="order-awarded/checks is person"):
        award_package(ground(world.log), "o-1", 1, Disclosure((), DECIDED.shown))
    both = r"^offer-received/facts is .*, order-awarded/checks is .*: mask it"  # all of it at once
    with pytest.raises(Undecided, match=both):
        award_package(ground(world.log), "o-1", 1, Disclosure())
    with pytest.raises(BadMaskError, match="nothing-such"):
        award_package(
            ground(world.log), "o-1", 1, Disclosure((*DECIDED.masks, Mask("nothing-such", "x", "y")))
        )
    with pytest.raises(BadMaskError):
        Mask.parse("checks=OSL 1 kap. 1 §")
    assert Mask.parse("checks=OSL 1 kap. 1 §: why: so") == Mask("checks", "OSL 1 kap. 1 §", "why: so")


def test_what_is_shown_is_shown(world):
    shown = Disclosure((), ("checks", "facts", "command", "links"))
    package = award_package(ground(world.log), "o-1", 1, shown)
    assert not package.withheld
    assert "The ranking was made again" in english(package.files)


def test_links_and_commands_are_left_out_but_for_who_decided(world, files, package):
    left = {(one.position, one.group) for one in package.withheld if one.why == "not-needed"}
    shown = {at for at in package.award.cited if (at, "links") not in left}
    assert shown == {package.award.award}
    header = header_of(parse_record(world.log.records_at([package.award.award])[0].record).header)
    assert header.actor.encode() in files[f"data/records/{package.award.award}.record"]


def test_a_draw_is_made_again():
    world = tied_world()
    said = english(award_package(ground(world.log), "o-1", 1, DECIDED).files)
    assert "The ranking was made again" in said


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda award: award["ranking"].reverse(), "comes out otherwise"),
        (lambda award: award["ranking"][0].update(rank=2), "comes out otherwise"),
        (lambda award: award["ranking"][0].update(supplier="s-9"), "not the offer received"),
        (lambda award: award["ranking"][0]["time"].update(counts_from_at=1), "not the offer received"),
        (lambda award: award["ranking"].pop(), "missing in the ranking"),
        (lambda award: award["ranking"][0]["continuity"].update(days=99), "the shifts come to"),
        (lambda award: award["ranking"][0]["continuity"]["facts"].pop(0), "the shifts come to"),
        (lambda award: award["ranking"][0]["continuity"].update(amount=1), "the shifts come to"),
        (lambda award: award.update(offer=award["ranking"][1]["offer"]), "does not follow"),
        (lambda award: award["terms"][0].update(value='"otherwise"'), "not in the policy"),
        (lambda award: award["criteria"].reverse(), "criteria are not those of the order"),
        (lambda award: award.update(method="weights"), "criteria are not those of the order"),
    ],
)
def test_a_ledger_that_recorded_a_false_ranking_is_found_out_by_its_own_facts(change, found):
    world = award_world()
    rewritten(world.log, position_of(world.log, "order-awarded.v1"), change)
    assert found in str(fault(award_package(ground(world.log), "o-1", 1, DECIDED).files))


def test_a_false_draw_is_found_out():
    world = tied_world()

    def swapped(award):
        award["ranking"].reverse()
        for place, one in enumerate(award["ranking"], 1):
            one.update(rank=place)
            one["time"].update(drawn=place)
        award.update(offer=award["ranking"][0]["offer"])

    rewritten(world.log, position_of(world.log, "order-awarded.v1"), swapped)
    assert "comes out otherwise" in str(fault(award_package(ground(world.log), "o-1", 1, DECIDED).files))


@pytest.mark.parametrize("change", [{"round": 7}, {"beacon": "Another"}, {"order": "o-2"}])
def test_a_draw_by_another_seed_than_the_announced_one_is_found_out(change):
    world = tied_world()
    rewritten(world.log, position_of(world.log, "draw-seed-recorded.v1"), lambda seed: seed.update(change))
    found = str(fault(award_package(ground(world.log), "o-1", 1, DECIDED).files))
    assert "the seed is not the one of the order" in found


def test_a_draw_whose_rule_may_have_changed_in_what_is_masked_is_not_made_again():
    notified = Mask("order-recipient-notified/facts", "OSL 1 kap. 1 §", "a test")
    decided = Disclosure((*DECIDED.masks, notified), DECIDED.shown)
    said = english(award_package(ground(tied_world().log), "o-1", 1, decided).files)
    assert ("NOT MADE AGAIN: order" in said, "was made again" in said) == (True, False)


def test_a_body_that_was_disposed_of_is_named(world):
    log = shortened(world.log, world.log.head().position)
    shift = position_of(log, "shift-reported.v1")
    with_body(log, shift, None)
    package = award_package(ground(log), "o-1", 1, DECIDED)
    assert [one.position for one in package.withheld if one.why == "disposed"] == [shift]
    assert "Not shown: body (disposed): 1" in english(package.files)


def test_sealed_offers_make_no_package(world):
    award = position_of(world.log, "order-awarded.v1")
    log = shortened(world.log, award - 1)
    with pytest.raises(SealedError):
        award_package(ground(log), "o-1", 1, DECIDED)


def test_cosignatures_are_verified_and_a_stamp_must_be_over_the_checkpoint(files):
    assert "Witness witness.example/w: 2025-10-09" in english(files)

    def later(lines):
        return lines.replace(b"witness.example/w ", b"witness.example/v ")

    assert "Witness witness.example/v: nyckel/key?" in english(changed(files, "data/cosignatures.txt", later))
    other = SigningKey.generate("ledger.example/l-1").verifier
    assert "not signed" in str(fault(changed(files, "data/keys.txt", lambda _: f"{other.text}\n".encode())))
    assert "over other bytes" in str(fault(bagged_again(files | {"data/stamps/1.tsr": b"nothing"})))


def test_a_stamp_over_the_checkpoint_is_in_the_package_and_openssl_verifies_it(world):
    base = ground(world.log)
    note = base.confirmed.sealed.note
    with authority() as tsa:
        der, other = (tsa.stamp(stamp_request(content).der) for content in (note, b"another"))
        assert tsa.verifies(note, der)
    found = [replace(base, confirmed=replace(base.confirmed, stamps=(one,))) for one in (der, other)]
    right, wrong = (award_package(one, "o-1", 1, DECIDED).files for one in found)
    assert right["data/stamps/1.tsr"] == der
    assert "data/stamps/1.tsr: verify it by openssl ts -verify" in english(right)
    assert "data/stamps/1.tsr: is over other bytes" in str(fault(wrong))


def test_ed25519_agrees_with_openssl_and_the_rfc():
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd"
        "25bf5f0595bbe24655141438e7a100b"
    )  # RFC 8032, section 7.1, test 1
    assert VERIFY.is_signed(public, b"", signature)
    chance = random.Random(1)
    for _ in range(20):
        key, message = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)), chance.randbytes(40)
        made, raw = key.sign(message), key.public_key().public_bytes_raw()
        assert VERIFY.is_signed(raw, message, made)
        assert not VERIFY.is_signed(raw, message + b"x", made)
        high = int.from_bytes(made[32:], "little") + VERIFY.ORDER
        assert not VERIFY.is_signed(raw, message, made[:32] + high.to_bytes(32, "little"))
    assert Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() == public
