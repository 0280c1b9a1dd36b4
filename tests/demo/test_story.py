"""The input files: the generator's, small, synthetic, and in an order that can be played."""

import json
from datetime import date
from itertools import pairwise

import pytest

from api.demo.steps import INPUTS, Inputs
from api.demo.story.days import non_working
from api.demo.story.dice import Dice
from api.demo.story.people import consultants
from api.demo.story.script import Moment, Script, Who
from api.demo.story.telling import SEED, tell
from api.demo.story.world import SUPPLIERS, check_digit
from api.demo.story.write import written
from ledger.store.personnummer import normalised

WHO = Who("tests", "somebody")


@pytest.fixture(scope="module")
def committed() -> Inputs:
    return Inputs.in_folder()


def test_the_committed_inputs_are_what_the_generator_makes(committed: Inputs):
    assert committed.files == written(tell(30))


def test_the_inputs_are_small(committed: Inputs):
    assert sum(map(len, committed.files.values())) < 6_000_000


def test_the_story_is_long_and_has_what_it_should(committed: Inputs):
    steps = list(committed.steps())
    assert len({step.slot[:7] for step in steps if step.command == "publish-order"}) == 30
    assert len([step for step in steps if step.command == "register-supplier"]) == 12
    assert len([step for step in steps if step.command == "register-consultant"]) == 120
    assert 300 <= len([step for step in steps if step.command == "publish-order"]) <= 500
    refused = {"offer-late", "supplier-excluded", "confirmation-late", "offer-not-awardable"}
    assert {step.expect for step in steps} == {None, *refused}


def test_keys_are_unique_for_their_client(committed: Inputs):
    keys = [(step.client, step.key) for step in committed.steps()]
    assert len(set(keys)) == len(keys)


def test_slots_follow_each_other_in_time(committed: Inputs):
    slots = committed.slots()
    assert len({slot[0].slot for slot in slots}) == len(slots)
    for former, later in pairwise(slots):
        assert max(step.at for step in former) < min(step.at for step in later)


def test_slots_that_overlap_are_refused():
    script = Script()
    script.add(Moment(date(2024, 1, 2), 9), "a", WHO, "1", "x", {})
    script.add(Moment(date(2024, 1, 2), 11), "a", WHO, "2", "x", {})
    script.add(Moment(date(2024, 1, 2), 10), "b", WHO, "3", "x", {})
    with pytest.raises(ValueError, match="overlap"):
        script.in_order()


def test_time_reports_come_in_every_encoding(committed: Inputs):
    files = [content for path, content in committed.files.items() if path.endswith(".csv")]
    with_bom = [content for content in files if content.startswith(b"\xef\xbb\xbf")]
    windows = [content for content in files if b"R\xe4ttelse" in content]
    plain = [content for content in files if content.startswith("Datum;Börjar".encode())]
    assert with_bom
    assert windows
    assert plain
    assert len(with_bom) + len(windows) + len(plain) == len(files)
    assert any(b"0,75" in content for content in files)


def test_nobody_alive_can_have_these_identity_numbers():
    for one in consultants(Dice(SEED)):
        assert one.personnummer[:4] < "1850"
        assert 980 <= int(one.personnummer[9:12]) <= 999
        assert normalised(one.personnummer, date(2024, 1, 1))


def test_one_human_is_registered_by_two_suppliers():
    people = consultants(Dice(SEED))
    twice = [one for one in people if one.human != one.consultant]
    assert len(twice) == 1
    first = next(one for one in people if one.consultant == twice[0].human)
    assert first.personnummer == twice[0].personnummer
    assert first.supplier != twice[0].supplier


def test_suppliers_have_numbers_that_no_company_can_have():
    numbers = [supplier.organisation_number.replace("-", "") for supplier in SUPPLIERS]
    assert len(set(numbers)) == 12
    for number in numbers:
        assert number[0] == "4"
        assert check_digit(number[:-1]) == int(number[-1])


def test_names_say_that_they_are_made_up(committed: Inputs):
    named = [
        step for step in committed.steps() if step.command in ("register-supplier", "register-care-unit")
    ]
    named += [step for step in committed.steps() if step.command == "register-consultant"]
    assert all("påhittad / made up" in json.dumps(step.body, ensure_ascii=False) for step in named)


def test_eves_and_holidays_are_no_working_days():
    assert {date(2024, 3, 29), date(2024, 6, 21), date(2024, 12, 24)} <= set(non_working(2024))
    assert all(day.weekday() < 5 for year in (2024, 2025, 2026) for day in non_working(year))


def test_inputs_are_kept_as_they_are():
    assert (INPUTS / ".gitattributes").read_text("ascii") == "*.csv -text\n"
