"""The report of an evidence package: PDF/A-3 by a foreign checker, the same bytes, nothing undisclosed."""

import base64
import json
import os
import pickle
import re
import subprocess
import sys
from copy import deepcopy
from hashlib import sha256
from pathlib import Path

import page
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

import replay.evidence.report as module
from ledger.events.base import EVENTS
from ledger.proof.stamp import stamp_request, unverified_time
from ledger.values import instant
from replay.evidence.disclosure import Disclosure, Mask
from replay.evidence.package import award_package, case_package, verifier_digest
from replay.evidence.report import REPORT, attachments, report, typeset
from replay.evidence.report_content import content
from replay.evidence.report_format import local, printable, shortly, stretches
from replay.evidence.report_texts import LANGUAGES, declared, texts, words
from replay.questions.base import QUESTIONS
from tests.proof.authority import authority
from tests.replay.evidence import CASE, DECIDED, award_world, case_ground, case_world, ground, tied_world
from tests.replay.histories import position_of, with_body

TOP = Path(module.__file__).parent
MADE_AT = 1_739_350_800_000_123
MM = 72 / 25.4
LEFT, RIGHT, FOOT = 27 * MM, 183 * MM, 8 * MM
ANSWERED = Disclosure(DECIDED.masks, (*DECIDED.shown, "answer"))
BODY_FOOT = 28 * MM  # where the text of a page ends
SPACE = 4  # points of a space at the end of a line
HOSTILE = [
    '#read("/etc/passwd")',
    '#panic("x") *b* _i_ @ref <label> $x$ `raw` // no comment /* nor this */ \\ \\u{41} = not a heading',
    '](https://example.invalid) [a] #import "@preview/x:1.0.0": *',
    "\u202eright to left\u202c שלום مرحبا \u200b\ufeff\U0001f600\x07",
    "w" * 3000,
    "x-" * 400,
    "{order} %s ${HOME} \"quotes\" 'single' … – —",
]
SPEAKS = """
import pickle, sys
from replay.evidence.report import report
sys.stdout.buffer.write(report(pickle.load(sys.stdin.buffer), "0" * 64, 1_739_350_800_000_123, "sv"))
"""


@pytest.fixture(scope="module")
def world():
    return award_world()


@pytest.fixture(scope="module")
def payload(world):
    return payload_of(award_package(ground(world.log), "o-1", 1, DECIDED))


def payload_of(package):
    """What lies under data/, but for the report."""
    names = (name for name in package.files if name.startswith("data/"))
    return {name.removeprefix("data/"): package.files[name] for name in names if not name.endswith(REPORT)}


def opened(pdf):
    return pypdfium2.PdfDocument(pdf)


def text_of(pdf):
    """What is read off the pages, spaces and line ends alike."""
    with opened(pdf) as document:
        pages = [document[at].get_textpage().get_text_bounded() for at in range(len(document))]
    return " ".join(" ".join(pages).split())


def attached(pdf):
    with opened(pdf) as document:
        found = [document.get_attachment(at) for at in range(document.count_attachments())]
        return {one.get_name(): bytes(one.get_data()) for one in found}


def faults(pdf, profile="3a"):
    """What the foreign checker finds, but for what it gets wrong: streams whose last byte is an end of line.

    It then takes the line feed before `endstream` for half of a longer end of line, and the length for wrong.
    """
    found = page.validate_pdf_bytes(pdf, profile=profile)
    assert found.rules.total > 100
    streams = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", pdf))
    assert len(streams) > 10
    right = all(pdf[one.end() + int(one[1]) :].startswith(b"\nendstream") for one in streams)
    return [one.rule_id for one in found.failures if not (right and "STREAM-LENGTH" in one.rule_id)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_a_foreign_checker_finds_it_conformant(payload, language, profile):
    assert faults(report(payload, verifier_digest(), MADE_AT, language), profile) == []


def test_the_foreign_checker_can_find_a_fault(payload):
    pdf = report(payload, verifier_digest(), MADE_AT, "sv")
    assert faults(pdf.replace(b"/AFRelationship", b"/AFRelationshop"))
    assert faults(pdf.replace(b"<pdfaid:part>3", b"<pdfaid:part>2"))
    first = re.search(rb"/Length (\d+)", pdf)
    assert faults(pdf.replace(first[0], b"/Length %d" % (int(first[1]) - 1), 1))


def test_the_package_holds_it_and_its_manifest_names_it(world):
    files = award_package(ground(world.log), "o-1", 1, DECIDED).files
    digest = sha256(files[f"data/{REPORT}"]).hexdigest()
    assert f"{digest}  data/{REPORT}\n" in files["manifest-sha256.txt"].decode()


def test_the_same_bytes_whatever_the_zone_and_language_of_the_machine(payload):
    made = [
        subprocess.run(
            [sys.executable, "-c", SPEAKS],
            input=pickle.dumps(payload),
            env=os.environ | {"TZ": zone, "LANG": lang, "LC_ALL": lang, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout
        for zone, lang, seed in (("Asia/Tokyo", "C", "1"), ("America/New_York", "sv_SE.UTF-8", "2"))
    ]  # fmt: skip
    assert made[0].startswith(b"%PDF-1.7")
    assert made[0] == made[1]


def test_what_is_embedded_is_the_data_byte_for_byte(payload):
    carried = attached(report(payload, verifier_digest(), MADE_AT, "sv"))
    lines = [json.loads(line) for line in carried.pop("package.jsonl").decode().splitlines()]
    told = json.loads(carried.pop("report.json"))
    rebuilt = {line["file"]: base64.b64decode(line["base64"]) for line in lines} | carried
    assert rebuilt == payload
    assert told == content(payload, verifier_digest(), "sv")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_heading_stands_last_on_its_page(payload, case_payload, language):
    for each in (payload, case_payload):
        pdf = report(each, verifier_digest(), MADE_AT, language)
        pages = dict(rectangles(pdf))
        with opened(pdf) as document:
            dests = [mark.get_dest() for mark in document.get_toc()]
            places = [(dest.get_index(), dest.get_view()[1][1]) for dest in dests]
        assert len(places) > 10
        for number, top in places:
            under = [one for one in pages[number] if BODY_FOOT < one[1] < top - 25]
            assert under, (number, top)


def test_it_has_a_title_a_language_bookmarks_and_page_numbers(payload):
    for language, tag in (("sv", "sv-SE"), ("en", "en-GB")):
        say = words(language)
        pdf = report(payload, verifier_digest(), MADE_AT, language)
        with opened(pdf) as document:
            meta = document.get_metadata_dict()
            marks = [mark.get_title() for mark in document.get_toc()]
            pages = len(document)
            needed = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
            buffer = (pdfium.FPDF_WCHAR * needed)()
            pdfium.FPDFCatalog_GetLanguage(document, buffer, needed)
        assert bytes(buffer).decode("utf-16-le").rstrip("\0") == tag
        assert say("title") in meta["Title"]
        assert meta["CreationDate"].startswith("D:20250212090000")
        for key in ("asked", "ranking", "policy", "timeline", "withheld", "proved", "verify", "signatures"):
            assert any(say(key) in mark for mark in marks)
        assert say("page", page=pages, pages=pages) in text_of(pdf)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_who_won_why_what_was_assumed_and_what_is_withheld(payload, language):
    say, told = words(language), text_of(report(payload, verifier_digest(), MADE_AT, language))
    on = "2025-02-12 10:00:00 CET"
    assert say("lead", order="o-1", number=1, offer="o-1-s-2", supplier="s-2", on=on) in told
    assert say("measured-of", amount=10, threshold=10, measure=say("measure-shifts")) in told
    assert say("assumption") in told
    assert "time.tie-tolerance" in told
    assert "OSL 1 kap. 1 § a test" in told
    assert say("simulated-says") in told
    assert say("unproved-report") in told
    groups = re.findall("." * 8, verifier_digest())
    assert " ".join(groups[:4]) in told
    assert payload["checkpoint.txt"].decode().split("\n")[2] in told
    assert "witness.example/w" in told


@pytest.fixture(scope="module")
def case_payload():
    return payload_of(case_package(case_ground(case_world()), CASE, ANSWERED))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_tells_what_was_asked_gathered_and_answered(case_payload, language):
    say, pdf = words(language), report(case_payload, verifier_digest(), MADE_AT, language)
    assert [faults(pdf, profile) for profile in ("3a", "ua1")] == [[], []]
    told = text_of(pdf)
    assert say("subtitle-case", case=CASE, kind=say("kind-judicial-review")) in told
    assert say("put-award", order="o-1", number=1) in told
    assert "It is disputed" in told
    answer = json.loads(case_payload["answers/68.json"])["answer"]["sentence"][language]
    assert answer in told
    assert getattr(QUESTIONS["continuity-at-award"], f"title_{language}") in told
    assert say("answer-none", reason="there is no question no-such-question") in told
    assert say("receipts-some", count=17) in told
    assert "award-order@1" in told
    assert list(outside(pdf)) == []
    assert list(overlapping(pdf)) == []


def test_a_time_stamp_is_told_with_its_time(payload):
    with authority() as tsa:
        der = tsa.stamp(stamp_request(payload["checkpoint.txt"]).der)
    stamped = content(payload | {"stamps/1.tsr": der}, verifier_digest(), "en")
    (row,) = (one for one in stamped["signatures"] if one["who"] == "stamps/1.tsr")
    assert row["when"] == local(instant(unverified_time(der)))
    pdf = report(payload | {"stamps/1.tsr": der, "stamps/2.tsr": b"none"}, verifier_digest(), MADE_AT, "en")
    assert attached(pdf)["stamps/1.tsr"] == der
    assert faults(pdf) == []


def test_only_the_fonts_of_typst_are_in_it(payload):
    pdf = report(payload, verifier_digest(), MADE_AT, "sv")
    fonts = {name.split(b"-")[0] for name in re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", pdf)}
    assert fonts == {b"LibertinusSerif", b"DejaVuSansMono"}


def test_a_withheld_answer_and_a_withheld_case_stand_nowhere_in_it(case_payload):
    masks = (
        Mask("answer", "OSL 19 kap. 3 §", "a trial"),
        Mask("evidence-case-opened/facts", "OSL 1 kap.", "b"),
    )
    decided = Disclosure((*DECIDED.masks, *masks), DECIDED.shown)
    files = case_package(case_ground(case_world()), CASE, decided).files
    pdf, say = files[f"data/{REPORT}"], words("sv")
    told, carried = text_of(pdf), b"".join(attached(pdf).values())
    assert say("answer-hidden") in told
    assert say("lead-case-hidden", answers=0, questions=3, awards=1) in told
    for name in ("answers/68.json", "answers/69.json"):
        sentence = json.loads(case_payload[name])["answer"]["sentence"]["sv"]
        assert sentence not in told
        assert sentence.encode() not in carried
    assert "An award" not in told


def test_a_draw_is_told():
    payload = payload_of(award_package(ground(tied_world().log), "o-1", 1, DECIDED))
    (award,) = content(payload, verifier_digest(), "en")["awards"]
    (draw,) = (one["says"] for one in award["why"] if one["criterion"] == "Draw")
    assert "were drawn with the seed in record" in draw
    (time,) = (one["says"] for one in award["why"] if one["criterion"] == "Time")
    assert "By time" in time


def test_nothing_masked_stands_in_it(world):
    mask = Mask("order-awarded/facts", "OSL 19 kap. 3 §", "a trial of masks")
    decided = Disclosure((*DECIDED.masks, mask), DECIDED.shown)
    package = award_package(ground(world.log), "o-1", 1, decided)
    pdf = package.files[f"data/{REPORT}"]
    assert faults(pdf) == []
    told = text_of(pdf)
    assert words("sv")("lead-hidden") in told
    assert "OSL 19 kap. 3 § a trial of masks" in told
    assert "continuity.threshold" not in told
    hidden = Disclosure((*DECIDED.masks, Mask("offer-received/facts", "OSL 31 kap. 16 §", "business")))
    bare = award_package(ground(world.log), "o-1", 1, hidden).files[f"data/{REPORT}"]
    assert words("sv")("not-shown") in text_of(bare)


def test_a_body_that_was_disposed_of_leaves_its_row(world):
    shift = position_of(award_world().log, "shift-reported.v1")
    other = award_world()
    with_body(other.log, shift, None)
    files = award_package(ground(other.log), "o-1", 1, DECIDED).files
    assert words("sv")("why-disposed") in text_of(files[f"data/{REPORT}"])


def spoilt(told, text):
    """The content with one text of a stranger everywhere a stranger's text may stand."""
    told = deepcopy(told)
    (award,) = told["awards"]
    for row in award["rows"]:
        row.update(dict.fromkeys(("offer", "supplier", "consultant"), text))
    told["lead"] = [text, text]
    told["facts"] = [[label, text] for label, _ in told["facts"]]
    award["excluded"] = [
        dict.fromkeys(("offer", "supplier", "consultant", "reason", "detail", "clause"), text)
    ]
    for topic in told["topics"]:
        for row in topic["rows"]:
            row.update({"source": text, "value": text, "unit": text, "term": text})
    for row in told["timeline"]:
        row.update(about=text)
    for row in told["withheld"]:
        row.update(paragraph=text, ground=text)
    for row in (*told["gathered"], *told["answers"], *told["decisions"]):
        row.update({name: text for name, said in row.items() if isinstance(said, str)})
    for row in told["answers"]:
        row["rows"] = [[label, text] for label, _ in row["rows"]]
    return told | {"subtitle": text[:200], "description": text[:200]}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_strangers_wrote_is_text_and_never_markup(case_payload, text):
    told = content(case_payload, verifier_digest(), "sv")
    told["topics"], told["timeline"] = told["topics"][:1], told["timeline"][:3]
    told = spoilt(told, text)
    pdf = typeset(told, attachments(case_payload, told), MADE_AT, "sv")
    assert faults(pdf) == []
    seen = re.sub(r"[\s\u200b\ufffe\x02]", "", text_of(pdf))
    assert re.sub(r"\s", "", printable(text))[:60] in seen
    assert "root:x:" not in seen
    assert json.loads(attached(pdf)["report.json"])["lead"] == [text, text]
    assert list(outside(pdf)) == []
    assert list(overlapping(pdf)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_runs_out_of_its_page_or_over_another(payload, language):
    pdf = report(payload, verifier_digest(), MADE_AT, language)
    assert list(outside(pdf)) == []
    assert list(overlapping(pdf)) == []


def rectangles(pdf):
    """Every piece of text of each page: its number, and left, bottom, right and top in points."""
    with opened(pdf) as document:
        for number in range(len(document)):
            text = document[number].get_textpage()
            yield number, [text.get_rect(at) for at in range(text.count_rects())]


def outside(pdf):
    for number, found in rectangles(pdf):
        yield from (
            (number, one) for one in found if one[0] < LEFT - 1 or one[2] > RIGHT + SPACE or one[1] < FOOT
        )


def overlapping(pdf):
    """Pieces of text that lie over each other by more than their lines' ascenders and descenders may."""
    for number, found in rectangles(pdf):
        upwards = sorted(found, key=lambda one: one[1])
        for at, one in enumerate(upwards):
            for other in upwards[at + 1 :]:
                if other[1] >= one[3]:  # it and all after it begin above this one
                    break
                wide = min(one[2], other[2]) - max(one[0], other[0])
                high = min(one[3], other[3]) - max(one[1], other[1])
                if wide > 1 and high > 0.6 * min(one[3] - one[1], other[3] - other[1]):
                    yield number, one, other


def test_the_overlap_check_can_find_a_fault(payload, monkeypatch):
    told = spoilt(content(payload, verifier_digest(), "sv"), "x-" * 400)
    monkeypatch.setattr(module, "printable", lambda one: json.loads(json.dumps(one).replace("x-", "xx")))
    wide = (TOP / "report_parts.typ").read_text().replace("#let longest = 22", "#let longest = 9000")
    monkeypatch.setattr(
        Path,
        "read_bytes",
        lambda self, read=Path.read_bytes: wide.encode() if self.name == "report_parts.typ" else read(self),
    )
    pdf = typeset(told, {}, MADE_AT, "sv")
    assert list(outside(pdf))


def test_signs_without_a_glyph_are_written_as_code_points():
    assert printable("Åsa – 5 §, 1 000 kr") == "Åsa – 5 §, 1 000 kr"
    assert printable({"a": ["\u202eb", 1, None]}) == {"a": ["[U+202E]b", 1, None]}
    assert printable("אב") == "[U+05D0][U+05D1]"


def test_stretches_of_positions():
    assert stretches([3, 1, 2, 7, 9, 10]) == "1–3, 7, 9–10"
    assert stretches([]) == ""
    assert shortly([3, 1], words("en")) == "1, 3"
    assert shortly(range(1, 999, 2), words("en")).startswith("499 records between 1 and 997;")


def test_both_languages_say_the_same_with_the_same_values():
    for part in declared().values():
        for key, (sv, en) in part.items():
            assert sv.strip(), key
            assert en.strip(), key
            assert sorted(re.findall(r"\{\w+\}", sv)) == sorted(re.findall(r"\{\w+\}", en)), key


def test_no_text_is_missing_and_none_is_left_over():
    told = texts("sv")
    pages = "".join((TOP / name).read_text() for name in ("report.typ", "report_parts.typ"))
    code = "".join(path.read_text() for path in TOP.glob("report*.py"))
    used = set(re.findall(r"\bt\.([a-z][a-z-]*[a-z])(?!\()", pages)) - {"at"}
    used |= {name for name in told if f'"{name}"' in code}
    families = tuple(re.findall(r'f?"([a-z]+-)(?:\{|")', code + pages))
    assert used - told.keys() == set()
    assert {name for name in told.keys() - used if not name.startswith(families)} == set()


def test_only_kinds_of_events_that_there_are_have_names():
    """One without is called by its type's name, so that a new kind needs no other file."""
    names = {stored.rpartition(".")[0] for stored in EVENTS}
    assert declared()["events"].keys() <= names
    assert words("sv").event("order-imagined") == "order-imagined"


def test_every_part_of_a_record_that_can_be_withheld_has_a_name():
    groups = {group.name for one in EVENTS.values() for group in one.groups}
    parts = {*groups, "answer", "body", "command", "links", "record"}
    assert {f"part-{one}" for one in parts} <= declared()["texts"].keys()
