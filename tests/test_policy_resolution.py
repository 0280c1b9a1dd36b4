"""Which value of a term applies: scope, force and start, against a naive second model."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from ledger.policy.model import Book, Scope
from tests.decisions.background import policy, row

START = date(2025, 1, 1)
PLACE = Scope(region="skane", lot="nurses", legal_person="232100-0255")
SCOPES = {"nation": "", "region": "skane", "lot": "nurses", "legal-person": "232100-0255"}
FORCES = ("term", "recommendation", "guidance", "interpretation")
TERM = "order.months-max"


def version(*rows):
    return Book(replace(policy(), rows=rows), 7)


def of(level="nation", scope=None, **changes):
    where = SCOPES[level] if scope is None else scope
    permitted = "" if level == "nation" else "UNKNOWN"
    named = {"level": level, "scope": where, "permitted_by": permitted, "valid_from": START}
    return replace(row(TERM, 12), **named | changes)


def test_the_narrowest_scope_prevails():
    rows = [of(level, value=n + 1) for n, level in enumerate(SCOPES)]
    for n, order in ((3, rows), (1, rows[::-1])):
        assert version(*order).resolve(TERM, START, PLACE).number == 4
        assert version(*order).resolve(TERM, START, Scope(region="skane")).number == 2
        assert version(*order).resolve(TERM, START).number == 1, n
    assert version(*rows).resolve(TERM, START, Scope(lot="nurses")).number == 3
    assert version(*rows).resolve(TERM, START, Scope(region="gotland", lot="doctors")).number == 1


def test_a_term_beats_a_narrower_and_later_document_of_weaker_force_which_stands_beside():
    guidance = of("region", force="guidance", value=6, valid_from=START + timedelta(30))
    found = version(of(), guidance).resolve(TERM, START + timedelta(40), PLACE)
    assert (found.number, found.beside) == (12, (guidance,))


def test_what_nobody_has_published_gives_way_to_any_document():
    assumed = of(source="assumption", assumed="Twelve is assumed")
    interpretation = of(force="interpretation", value=6, source="Expert group 2025-02-03")
    found = version(assumed, interpretation).resolve(TERM, START, PLACE)
    assert (found.number, found.beside) == (6, ())
    own = of("region", value=9, source="assumption", assumed="Made up")
    assert version(assumed, interpretation, own).resolve(TERM, START, PLACE).number == 9


def test_of_two_that_nobody_has_published_the_greater_force_prevails_in_any_order():
    guesses = [of(force=force, value=n, source="assumption", assumed="x") for n, force in enumerate(FORCES)]
    for order in (guesses, guesses[::-1]):
        assert version(*order).resolve(TERM, START, PLACE).row == guesses[0]


def test_a_later_start_replaces_an_earlier_one_of_its_own_scope_and_force_only():
    former, later = (
        of(value=1),
        of(value=2, valid_from=START + timedelta(1), source="assumption", assumed="x"),
    )
    weak = [of(force="guidance", value=n, valid_from=START + timedelta(n)) for n in (0, 1)]
    found = version(later, former, *weak).resolve(TERM, START + timedelta(1))
    assert (found.number, found.beside) == (1, ())
    assert version(former, *weak).resolve(TERM, START + timedelta(1)).beside == (weak[1],)
    assert version(later, former).resolve(TERM, START).number == 1
    assert version(later, former).resolve(TERM, START + timedelta(1)).number == 2


def test_an_end_is_the_first_day_without():
    ended = of("region", value=6, valid_until=START + timedelta(2))
    book = version(of(), ended)
    assert book.resolve(TERM, START + timedelta(1), PLACE).number == 6
    assert book.resolve(TERM, START + timedelta(2), PLACE).number == 12
    with pytest.raises(LookupError, match=r"no value of order.months-max on 2024-12-31"):
        book.resolve(TERM, START - timedelta(1), PLACE)


def beats(one, other):
    """Whether one row that holds prevails over another, in the words of the rule."""
    if (one.level, one.scope, one.force) == (other.level, other.scope, other.force):
        return one.valid_from > other.valid_from
    mere = [r.level == "nation" and r.source == "assumption" for r in (one, other)]
    binding = [r.force == "term" and not guess for r, guess in zip((one, other), mere, strict=True)]
    if binding[0] != binding[1]:
        return binding[0]
    if one.level != other.level:
        return ["legal-person", "region", "lot", "nation"].index(one.level) < [
            "legal-person", "region", "lot", "nation"
        ].index(other.level)  # fmt: skip
    return mere < mere[::-1] if mere[0] != mere[1] else FORCES.index(one.force) < FORCES.index(other.force)


def naive(rows, on):
    """Throw out what does not hold, then what a later one of its own kind replaced; the one nobody beats."""
    held = [r for r in rows if r.valid_from <= on and not (r.valid_until and r.valid_until <= on)]
    held = [r for r in held if r.level == "nation" or r.scope == SCOPES[r.level]]
    same = lambda a, b: (a.level, a.scope, a.force) == (b.level, b.scope, b.force)  # noqa: E731
    standing = [r for r in held if not any(same(r, o) and beats(o, r) for o in held)]
    return next((r for r in standing if all(o is r or beats(r, o) for o in standing)), None)


def arbitrary(choice):
    level, force, assumed, days, length, elsewhere, number = choice
    source = {"source": "assumption", "assumed": "Assumed"} if assumed else {}
    until = START + timedelta(days + length) if length else None
    scope = "elsewhere" if elsewhere and level != "nation" else None
    dated = {"valid_from": START + timedelta(days), "valid_until": until}
    return of(level, scope, force=force, value=number, **dated, **source)


choices = st.tuples(
    st.sampled_from(tuple(SCOPES)), st.sampled_from(FORCES), st.booleans(), st.integers(0, 5),
    st.integers(0, 4), st.booleans(), st.integers(1, 240),
)  # fmt: skip
books = st.lists(
    choices.map(arbitrary),
    min_size=1,
    max_size=9,
    unique_by=lambda r: (r.level, r.scope, r.force, r.valid_from),
)


@given_any(books, st.integers(0, 9))
def test_resolution_agrees_with_a_naive_model(rows, days):
    on = START + timedelta(days)
    expected = naive(rows, on)
    if expected is None:
        with pytest.raises(LookupError):
            version(*rows).resolve(TERM, on, PLACE)
        return
    found = version(*rows).resolve(TERM, on, PLACE)
    assert found.row == expected
    assert all(one.force != "term" and one != expected for one in found.beside)


@given_any(books, st.integers(0, 9), st.randoms())
def test_the_order_of_rows_does_not_matter(rows, days, random):
    on, shuffled = START + timedelta(days), random.sample(rows, len(rows))
    results = []
    for order, place in product((rows, shuffled), (PLACE,)):
        try:
            results.append(version(*order).resolve(TERM, on, place))
        except LookupError:
            results.append(None)
    assert results[0] == results[1]


@given_any(
    st.lists(
        st.builds(
            of,
            st.sampled_from(tuple(SCOPES)),
            value=st.integers(1, 4),
            valid_from=st.integers(0, 6).map(lambda n: START + timedelta(n)),
            valid_until=st.none() | st.integers(1, 9).map(lambda n: START + timedelta(n)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_remembered_is_what_a_book_that_was_asked_nothing_says(rows):
    kept, places = version(*rows), (None, Scope(region="skane"), PLACE)
    for day, place in product((START + timedelta(n) for n in range(10)), places):
        try:
            fresh = version(*rows).resolve(TERM, day, place)
        except LookupError:
            with pytest.raises(LookupError, match=str(day)):
                kept.values((TERM,), day, place)
            continue
        assert kept.resolve(TERM, day, place) == fresh
        assert kept.values((TERM,), day, place) == {TERM: fresh}
        assert kept.values((TERM,), day, place) is kept.values((TERM,), day, place)


def test_a_book_that_another_thread_is_reading_has_all_its_terms_or_none():
    """What is remembered of half a book would stay wrong for as long as the process lives."""
    seen = []

    class Read(tuple):
        __slots__ = ()

        def __iter__(self):
            for one in super().__iter__():
                yield one
                seen.append(dict(asked.known.rows))

    asked = Book(replace(policy(), rows=Read(policy().rows)), 7)
    asked.resolve(policy().rows[-1].term, policy().rows[-1].valid_from)
    assert len(seen) == len(policy().rows)
    assert not any(seen)
