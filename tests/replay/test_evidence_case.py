"""The package of a case: what was asked is answered at the pin, and held against the records."""

import json
import os
import random
from dataclasses import replace
from hashlib import sha256

import pytest

from ledger.proof.checkpoint import unverified_checkpoint
from ledger.proof.note import SigningKey
from ledger.store.codec import header_of, parse_record
from replay.evidence.disclosure import BadMaskError, Disclosure, Mask, Undecided
from replay.evidence.package import award_package, case_package
from replay.questions.asking import Answered
from replay.token import Token
from tests.proof.test_receipt import foreign as foreign_under
from tests.replay.evidence import CASE, KEY, MASK, bagged_again, case_ground, case_world, ground, pinned, tell
from tests.replay.histories import award_world, position_of

FLIPS = int(os.environ.get("LIGGARE_EVIDENCE_FLIPS", "400"))
VERIFY = pinned()
SHOWN = ("offer-received/facts", "answer")
DECIDED = Disclosure((MASK,), SHOWN)
DECIDED_ALONE = Disclosure((), ("facts",))


@pytest.fixture(scope="module")
def world():
    return case_world()


@pytest.fixture(scope="module")
def package(world):
    return case_package(case_ground(world), CASE, DECIDED)


@pytest.fixture(scope="module")
def files(package):
    return dict(package.files)


def english(files, key=None):
    return "\n".join(en for _, en in VERIFY.verified(files, key))


def fault(files, key=None):
    with pytest.raises(VERIFY.Fault) as found:
        VERIFY.verified(files, key)
    return str(found.value)


def changed(files, name, change):
    """The package with a JSON file changed, under manifests made anew."""
    document = json.loads(files[name])
    change(document)
    return bagged_again(files | {name: json.dumps(document).encode()})


def answers(files):
    return {json.loads(files[n])["question"]: n for n in sorted(files) if n.startswith("data/answers/")}


def test_a_stranger_says_intact_and_reads_award_answers_and_decisions(files):
    said = english(files, KEY.verifier.text)
    assert "Order o-1 position 1" in said
    assert "The ranking was made again and is the same." in said
    assert "continuity-at-award: " in said
    assert "no-such-question: no answer: there is no question no-such-question" in said
    assert "Decisions: " in said
    assert any("arbetspass" in sv for sv, _ in VERIFY.verified(files))


def test_the_same_case_has_the_same_bytes_also_later(world, package, files):
    assert case_package(case_ground(world), CASE, DECIDED).files == files
    branch = world.branch()
    before = case_ground(branch)
    tell(branch, "open-evidence-case", case="c-2", kind="audit", subject="x", agreement="hyr-2024",
         registry_number="RS 2")  # fmt: skip
    assert case_package(replace(before, log=branch.log), CASE, DECIDED).files == files
    assert package.made_at == world.log.records_at([world.log.head().position])[0].recorded_at


def test_answers_are_those_of_the_pinned_token(world, files, package):
    opened = package.contents.case.opened
    for held in package.contents.answers[:2]:
        found = held.answered
        assert isinstance(found, Answered)
        assert (found.token.position, found.token.on) == (opened.position - 1, opened.event.valid_on)
        name = f"data/answers/{held.position}.json"
        assert sha256(files[name]).hexdigest() == found.digest()
        cited = json.loads(files["data/case.json"])["cited"]
        assert set(found.answer.evidence) <= set(cited)
        assert Token.parse(json.loads(files[name])["token"]) == found.token


def test_an_earlier_pin_answers_as_known_then(world):
    award = position_of(world.log, "order-awarded.v1")
    early = case_world(known_at=award)
    package = case_package(case_ground(early), CASE, DECIDED)
    assert package.contents.answers[0].answered.token.position == award
    assert "continuity-at-award: " in english(package.files)


def test_what_the_case_adds_is_in_the_package_with_what_the_case_says(world, files, package):
    assert {"data/records/2.record", "data/records/3.record"} <= files.keys()
    for at in package.contents.case.positions():
        assert f"data/records/{at}.body" in files
    (award,) = package.contents.awards
    alone = award_package(ground(world.log), "o-1", 1, DECIDED)
    assert set(award.cited) <= {one.position for one in package.contents.records}
    assert {n for n in alone.files if n.endswith(".record")} <= files.keys()


def test_the_contents_say_what_the_files_say_and_nothing_that_is_withheld(files, package):
    contents = package.contents
    assert {f"data/receipts/{at}.cose" for at in contents.receipts} <= files.keys()
    assert contents.terms()
    hidden = {(one.position, one.group) for one in contents.withheld}
    for one in contents.records:
        assert {g for g, said in one.groups.items() if said is None} == {
            g for at, g in hidden if at == one.position and g not in ("links", "body")
        }
        assert ("actor" in one.header) == ((one.position, "links") not in hidden)


def test_receipts_are_of_the_commands_and_signed(world, files, package):
    firsts = {}
    for one in world.log.records_at([one.position for one in package.contents.records]):
        header = header_of(parse_record(one.record).header)
        firsts.setdefault(one.position - header.n[0], one.position)
    assert set(package.contents.receipts) == set(firsts.values())
    name = f"data/receipts/{max(firsts.values())}.cose"
    other = next(n for n in files if n.startswith("data/receipts/") and n != name)
    assert f"FAULT in {name}" in fault(bagged_again(files | {name: files[other]}))
    stranger = case_package(case_ground(world, SigningKey(KEY.name, bytes(32))), CASE, DECIDED).files
    assert "is no receipt" in fault(bagged_again(files | {name: stranger[name]}))
    assert f"FAULT in {name}" in fault(bagged_again(files | {name: files[name] + b"\0"}))


def test_a_foreign_program_verifies_each_receipt_from_the_files_alone(files):
    notes = [note for name, note in files.items() if name.startswith("data/heads/")]
    roots = {unverified_checkpoint(note).root.hex() for note in (*notes, files["data/checkpoint.txt"])}
    assert len(roots) > 1
    for name in (name for name in files if name.endswith(".cose")):
        at = name.rpartition("/")[2].removesuffix(".cose")
        entry = files[f"data/records/{at}.record"][:81]
        told = foreign_under(files[name], entry, KEY.verifier)
        assert told.ok, told.errors
        assert (told.root in roots, told.leaf_index) == (True, int(at) - 1)


def test_no_bit_of_a_receipt_can_be_another(files):
    """Nor the size of the tree, which no signature of a receipt is over: it has to be a checkpoint's here."""
    keys = VERIFY.keys_of(files["data/keys.txt"].decode())
    notes = {n: files[n] for n in files if n.startswith("data/heads/") or n == "data/checkpoint.txt"}
    heads = {VERIFY.opened(note, keys, name)[1:3] for name, note in notes.items()}
    for name in ("data/receipts/1.cose", "data/receipts/72.cose"):
        record = VERIFY.record_of(files, name.replace("receipts", "records").replace(".cose", ".record"))
        VERIFY.check_receipt(files[name], record, keys, heads, name)
        signature = (len(files[name]) - 64) * 8
        for place in (*range(signature), *range(signature, signature + 64 * 8, 37)):
            flipped = bytearray(files[name])
            flipped[place // 8] ^= 1 << place % 8
            with pytest.raises((VERIFY.Fault, LookupError, ValueError)):
                VERIFY.check_receipt(bytes(flipped), record, keys, heads, name)


def test_any_flip_in_a_receipt_or_the_checkpoint_it_is_under_is_found(files):
    chance = random.Random(FLIPS)
    names = [name for name in files if name.endswith(".cose") or name.startswith("data/heads/")]
    for _ in range(FLIPS // 4):
        name = chance.choice(names)
        content = bytearray(files[name])
        content[chance.randrange(len(content))] ^= chance.choice([1, 2, 4, 8, 16, 64, 128])
        assert name in fault(bagged_again(files | {name: bytes(content)}))


def test_any_flipped_byte_is_found_with_its_place(files):
    chance = random.Random(FLIPS)
    places = [(name, at) for name, content in files.items() for at in range(len(content))]
    for name, at in chance.sample(places, FLIPS):
        content = bytearray(files[name])
        content[at] ^= chance.randrange(1, 256)
        said = fault(files | {name: bytes(content)})
        assert name in said or "manifest-sha256.txt" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(question="came-first"), "answers something else"),
        (lambda one: one["params"].update(order="o-2"), "answers something else"),
        (lambda one: one.update(token="p2" + one["token"][1:]), "answers something else"),
        (lambda one: one["answer"]["evidence"].append(10**6), "cites what is not here"),
    ],
)
def test_an_answer_to_something_else_is_found(files, change, said):
    name = answers(files)["continuity-at-award"]
    assert f"{name}: {said}" in fault(changed(files, name, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["values"][0]["row"].update(source="a public document"),
        lambda one: one["values"][0]["row"].update(value=0),
        lambda one: one["decisions"][-1]["terms"].pop(),
        lambda one: one["decisions"][-1].update(rule="award-order@9"),
        lambda one: one["decisions"][-1].update(head=1),
        lambda one: one["decisions"].pop(),
    ],
)
def test_other_decisions_or_other_policy_are_found(files, change):
    assert "data/decisions.json: are not the decisions" in fault(
        changed(files, "data/decisions.json", change)
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case["awards"].clear(),
        lambda case: case["awards"][0].update(number=2),
    ],
)
def test_a_package_without_everything_of_the_case_is_found(files, change):
    assert "has not everything that the case has" in fault(changed(files, "data/case.json", change))


def test_a_question_left_out_is_found(files):
    name = answers(files)["would-have-won"]
    less = {n: content for n, content in files.items() if n != name}
    assert "does not name rightly" in fault(bagged_again(less))
    at = int(name.rpartition("/")[2].removesuffix(".json"))
    unasked = changed(less, "data/case.json", lambda case: case["asked"].remove(at))
    assert "has not everything that the case has" in fault(unasked)


def test_decisions_state_the_values_they_read_with_their_source(files, package):
    document = json.loads(files["data/decisions.json"])
    rules = [one["rule"] for one in document["decisions"]]
    assert "award-order@1" in rules
    assert all(one["terms"] for one in document["decisions"])
    assert {"assumption"} <= {one["row"]["source"] for one in document["values"]}
    assert len(document["values"]) == len({json.dumps(one, sort_keys=True) for one in document["values"]})
    assert [one.rule for one in package.contents.decisions] == rules


def test_an_answer_that_rests_on_what_is_masked_needs_a_decision(world):
    undecided = Disclosure((MASK,), SHOWN[:1])
    with pytest.raises(Undecided, match="whose checks is not shown"):
        case_package(case_ground(world), CASE, undecided)
    mask = Mask("would-have-won/answer", "OSL 1 kap. 1 §", "a test")
    decided = Disclosure((MASK, mask), ("offer-received/facts", "continuity-at-award/answer"))
    package = case_package(case_ground(world), CASE, decided)
    assert "would-have-won" not in answers(package.files)
    assert "Not shown: answer (secrecy) OSL 1 kap. 1 § a test: 1" in english(package.files)
    shown = Disclosure((), ("checks", "offer-received/facts"))
    assert not [
        one for one in case_package(case_ground(world), CASE, shown).withheld if one.group == "answer"
    ]
    strange = replace(DECIDED, masks=(MASK, Mask("came-first/answer", "x", "y")))
    with pytest.raises(BadMaskError, match="came-first/answer"):
        case_package(case_ground(world), CASE, strange)


def test_a_case_may_mask_what_it_says_itself(world):
    masks = tuple(
        Mask(f"evidence-{what}/facts", "OSL 1 kap. 1 §", "a test")
        for what in ("case-opened", "question-added")
    )
    said = english(case_package(case_ground(world), CASE, Disclosure((MASK, *masks), SHOWN)).files)
    assert "Not shown: facts (secrecy) OSL 1 kap. 1 § a test: 4" in said
    assert "continuity-at-award: " in said


def test_a_case_without_an_award_is_a_case_too():
    world = award_world()
    tell(world, "open-evidence-case", kind="audit", subject="x", agreement="hyr-2024", registry_number="R 1")
    tell(world, "add-evidence-records", positions=[2], why="A test")
    package = case_package(case_ground(world), CASE, DECIDED_ALONE)
    assert package.contents.awards == ()
    assert [one.position for one in package.contents.records][:2] == [1, 2]
    assert "records, " in english(package.files)


def test_nobody_knows_a_case_that_was_not_opened(world):
    with pytest.raises(LookupError, match="no case c-9"):
        case_package(case_ground(world), "c-9", DECIDED)
