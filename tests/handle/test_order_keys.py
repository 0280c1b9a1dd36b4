"""Until the award nothing in the database shows an offer; after it the ledger alone opens them."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from ledger.errors import Corrupt
from ledger.events.base import EVENTS, SEALED, stored_types
from ledger.events.offers import OfferReceived
from ledger.facts.orders import orders
from ledger.handle.headers import LedgerIdentity
from ledger.handle.reading import FoldCache, event_of, read_folds
from ledger.handle.shell import Shell
from ledger.store.body import contents, masked
from ledger.store.codec import header_of, parse_record
from ledger.store.memory import MemoryLog
from ledger.store.order_keys import orders_of
from ledger.store.postgres import PostgresLog
from ledger.store.vault_keys import MasterKey
from ledger.store.vault_memory import MemoryVault
from ledger.store.verify import verify
from ledger.store.verify_withheld import WRONG, Withheld
from projections.base import VIEWS
from projections.follow import Follower
from projections.migrate import migrate_projections
from projections.shelf_postgres import PostgresShelf
from projections.states import state_types
from replay.evidence.disclosure import Disclosure, disclosed
from replay.reperform import Scope, reperformed
from tests.cases.phrases.orders import M_ORDERER, ORDERER
from tests.cases.story import Step, backgrounds, moment
from tests.cases.world import LEDGER, World
from tests.replay.histories import position_of, rewritten
from tests.store.log.test_sealing import behind_its_back

HIDDEN = "hidden-portal"
PUBLISHED = ("2025-03-03 09:00", "order o-1 is published to s-1 and s-2")
OFFERS = (
    PUBLISHED,
    ("2025-03-03 09:10", "s-1 offers k-1 for o-1"),
    ("2025-03-03 09:20", "s-2 offers k-2 for o-1 without its hosp-extract"),
    ("2025-03-03 09:30", "s-2 corrects its offer of k-2 for o-1"),
)
AWARD = ("2025-03-05 10:00", "o-1 is awarded")
LATE = ("2025-03-05 09:30", "s-1 corrects its offer of k-1 for o-1")


def told(world: World, *steps: tuple[str, str]) -> World:
    """The steps, every offer through a channel that nothing else names."""
    for at, sentence in steps:
        more = {"channel": HIDDEN} if " offer" in sentence else {}
        world.take(Step(moment(at), sentence, more))
    return world


def begun(log: MemoryLog | None = None) -> World:
    world = World() if log is None else World(log=log)
    for step in backgrounds()["the agreement"]:
        world.take(step)
    return world


def alone(world: World) -> MemoryLog:
    """The same ledger for somebody who has no vault."""
    found = MemoryLog(mode="simulated")
    for name in ("_records", "_instants", "_commands", "_by_pair"):
        setattr(found, name, getattr(world.log, name))
    return found


def facts_at(log: MemoryLog, position: int) -> bytes | None:
    (record,) = log.records_at([position])
    return contents(record.body or b"")[b"facts"]


@pytest.fixture
def live(database) -> Iterator[World]:
    migrate_projections(database.owner_url, database.serve_role)
    with closing(PostgresLog(database.serve_url, mode="simulated")) as log:
        yield begun(log)


def test_before_the_award_no_row_of_any_table_shows_an_offer(database, live: World):
    told(live, *OFFERS)
    with closing(PostgresShelf(database.serve_url)) as shelf:
        Follower(live.log, shelf).catch_up()
        kept = b"".join(rows(database))
        assert shelf.position() == live.log.head().position
    assert b"order-published.v1" in kept
    for word in (HIDDEN, "hosp-extract", "cpr-certificate", "quality function", '"until_on":"2025-06-30","'):
        assert word.encode() not in kept, word
    assert OfferReceived in map(type, live.history())  # whoever serves reads them
    assert verify(database.serve_url).withheld == Withheld(sealed=3)


def rows(database) -> Iterator[bytes]:
    """Every byte of every row, but for the document a policy and a command's example would share with it."""
    with psycopg.connect(database.admin_url) as connection:
        tables = connection.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname IN ('liggare', 'projections')"
        ).fetchall()
        assert len(tables) > 6
        for (table,) in tables:
            where = " WHERE type <> 'policy-published.v1'" if table == "liggare.events" else ""
            for row in connection.execute(f"SELECT * FROM {table}{where}", binary=True):
                yield b"\0".join(
                    one if isinstance(one, bytes) else str(one).encode() for one in row if one is not None
                )


def test_after_it_the_ledger_alone_opens_them_and_verifies_what_they_commit_to(database, live: World):
    told(live, *OFFERS, LATE, AWARD)
    assert verify(database.serve_url).withheld == Withheld(opened=4)
    with closing(PostgresLog(database.serve_url, mode="simulated")) as auditor:
        assert [event_of(one) for one in auditor.tail()] == live.history()
        assert reperformed(auditor, Scope()).findings == []
        assert read_folds(auditor, {"o": orders("o-1")})[1]["o"].opened


def test_what_was_locked_otherwise_shows_as_soon_as_the_key_is_told(database, live: World):
    told(live, *OFFERS)
    at = position_of(live.log, "offer-corrected.v1")
    with behind_its_back(database, "events") as connection:
        connection.execute(
            "UPDATE liggare.events SET body = set_byte(body, length(body) - 3,"
            " get_byte(body, length(body) - 3) # 1) WHERE position = %s", (at,)
        )  # fmt: skip
    assert verify(database.serve_url).intact  # the commitments stand, and nobody can read what is under them
    for processes in (1, 2):
        told(live, *(() if processes == 2 else (AWARD,)))
        report = verify(database.serve_url, processes=processes)
        assert report.findings == ((at, WRONG),)


def test_of_an_order_that_was_withdrawn_the_key_is_never_told():
    world = told(begun(), *OFFERS, ("2025-03-04 09:00", "order o-1 is withdrawn"))
    assert keys_told(world) == {}
    log = alone(world)
    at = position_of(world.log, "offer-received.v1")
    assert facts_at(log, at) is None
    with pytest.raises(Corrupt, match=r"offer-received\.v1"):
        event_of(next(log.tail(after=at - 1)))


def keys_told(world: World) -> dict[int, str]:
    headers = ((one.position, header_of(parse_record(one.record).header)) for one in world.log.records())
    return {position: read.order_key for position, read in headers if read.order_key is not None}


def test_the_key_is_told_by_the_first_award_of_the_last_position_and_only_there():
    world = told(begun(), PUBLISHED)
    place = world.example("publish-order")["positions"][0]
    both = [{**place, "number": 1}, {**place, "number": 2}]
    step = Step(moment("2025-03-03 09:05"), "order o-2 is published to s-1 and s-2", {"positions": both})
    world.take(step)
    for supplier, number in (("s-1", 1), ("s-2", 2)):
        at = moment(f"2025-03-03 09:1{number}")
        more = {"position": number}
        world.take(Step(at, f"{supplier} offers k-{number} for o-2", more))
    for number in (2, 1):
        assert keys_told(world) == {}
        world.take(Step(moment("2025-03-05 10:00"), "o-2 is awarded", {"position": number}))
    award = world.log.head().position
    assert keys_told(world) == {award: world.shell.keys.of("o-2").key.hex()}
    told(world, ("2025-03-05 11:00", "the award of o-2 to s-1 lapses because unit-withdrew"))
    assert list(keys_told(world)) == [award]


def test_what_is_recorded_after_the_award_is_read_with_the_key_that_was_told():
    lapses = ("2025-03-05 11:00", "the award of o-1 to s-1 lapses because unit-withdrew")
    world = told(begun(), *OFFERS, AWARD, lapses, ("2025-03-05 12:00", "o-1 is awarded to o-1-s-9"))
    at = position_of(world.log, "award-refused.v1")
    assert orders_of(world.log._records[at - 1].body or b"") == {"o-1"}
    assert facts_at(alone(world), at) is not None


def test_what_was_asked_of_a_sealed_ranking_is_locked_too():
    world = told(begun(), *OFFERS, ("2025-03-05 10:00", "o-1 is awarded to o-1-s-9"))
    at = position_of(world.log, "award-refused.v1")
    assert orders_of(world.log._records[at - 1].body or b"") == {"o-1"}
    assert facts_at(alone(world), at) is None
    assert facts_at(world.log, at) is not None


def test_what_is_read_bare_stays_locked_until_it_is_opened():
    log = told(begun(), *OFFERS).log
    stored = {one.position: one.body for one in log.bare()}
    assert [one.body for one in log.records()] == [log.opened(body) for body in stored.values()]
    assert orders_of(stored[position_of(log, "offer-received.v1")]) == {"o-1"}
    assert not reperformed(log, Scope()).findings


def test_of_an_outage_only_who_tried_in_vain_is_locked():
    attempts = [{"supplier": "s-1", "attempted_at": "2025-03-03T09:35:00+01:00", "evidence": "503"}]
    world = told(begun(), *OFFERS)
    body = {
        "order": "o-1", "outage": "out-1", "channel": "portal", "from_at": "2025-03-03T09:31:00+01:00",
        "until_at": "2025-03-03T09:40:00+01:00", "evidence": "Operator's log", "attempts": attempts,
    }  # fmt: skip
    world.clock.advance_to(moment("2025-03-03 12:00"))
    world._do(world.command("record-outage", body, ORDERER, M_ORDERER), {})
    (record,) = alone(world).records_at([world.log.head().position])
    shown = contents(record.body or b"")
    assert (shown[b"attempts"], shown[b"command"]) == (None, None)
    assert b'"outage":"out-1"' in (shown[b"facts"] or b"")
    assert world.history()[-1].attempts[0].evidence == "503"


def test_a_server_that_starts_again_goes_on_and_a_vault_that_was_lost_takes_only_what_is_not_told_yet():
    world = told(begun(), *OFFERS)
    identity = LedgerIdentity(LEDGER, "simulated")
    world.shell = Shell(alone(world), world._vault, world.clock, identity, FoldCache())
    world.log = world.shell.log  # type: ignore[assignment]
    told(world, AWARD)
    lost = Shell(alone(world), MemoryVault(MasterKey.generate()), world.clock, identity, FoldCache())
    assert [event_of(one) for one in lost.log.tail()] == world.history()


def test_without_key_a_decision_is_not_made_again_and_nothing_is_said_to_differ():
    world = told(begun(), *OFFERS)
    tally = reperformed(alone(world), Scope())
    assert {verdict.rule for verdict in tally.findings} == {"submit-offer@1", "correct-offer@1"}
    assert all("sealed" in verdict.cannot for verdict in tally.findings)
    assert not reperformed(world.log, Scope()).findings


def test_a_key_that_was_told_of_no_opened_order_is_a_difference():
    world = told(begun(), *OFFERS, AWARD)
    at = position_of(world.log, "offer-received.v1")
    rewritten(world.log, at, order_key="00" * 32)
    found = reperformed(world.log, Scope()).findings
    assert [(verdict.position, one.fact) for verdict in found for one in verdict.differences] == [
        (at, "order_key")
    ]


@pytest.mark.parametrize("told_as", ["", "zz" * 32, "00" * 31, "00" * 32])
def test_what_is_told_and_is_no_key_of_the_order_opens_nothing(told_as: str):
    world = told(begun(), *OFFERS, AWARD)
    rewritten(world.log, position_of(world.log, "order-awarded.v1"), order_key=told_as)
    assert facts_at(alone(world), position_of(world.log, "offer-received.v1")) is None
    assert facts_at(world.log, position_of(world.log, "offer-received.v1")) is not None


def test_offers_in_clear_from_before_groups_were_locked_are_read_and_awarded():
    world = told(begun(), *OFFERS)
    at = position_of(world.log, "offer-received.v1")
    rewritten(world.log, at)
    assert facts_at(alone(world), at) is not None
    told(world, AWARD)
    assert not reperformed(alone(world), Scope()).findings


def test_a_package_withholds_what_is_still_sealed_as_such():
    world = told(begun(), *OFFERS)
    (record,) = alone(world).records_at([position_of(world.log, "offer-received.v1")])
    shown = disclosed(record, Disclosure(shown=("links",)))
    assert {(one.group, one.why) for one in shown.withheld} == {("facts", "sealed"), ("command", "sealed")}
    assert set(contents(shown.body or b"").values()) == {None}
    assert not orders_of(shown.body or b"")


def test_no_state_that_is_kept_reads_what_is_locked():
    """Or an offer would stand open in what views keep, and a rebuild would have to open each."""
    sealed = {
        stored
        for one in EVENTS.values()
        if one.groups[0].secrecy == SEALED
        for stored in stored_types(one.cls)
    }
    assert sealed
    for kept in state_types(VIEWS.values()).values():
        assert not sealed & set(kept.kind.types()), kept.kind.name


def test_a_masked_copy_of_a_ledger_verifies_with_what_is_locked_in_it(database, live: World):
    """What every command said and who was checked is masked; offers, before and after their award, stay."""
    told(live, *OFFERS, AWARD, ("2025-03-06 09:00", "order o-3 is published to s-1 and s-2"))
    told(live, ("2025-03-06 09:10", "s-1 offers k-1 for o-3"))
    leaf, masked_events = verify(database.serve_url).last_leaf, 0
    with behind_its_back(database, "events") as connection:
        for position, whole in connection.execute("SELECT position, body FROM liggare.events").fetchall():
            body = whole
            for name in {b"command", b"checks"} & contents(whole).keys():
                body = masked(body, name.decode())
            masked_events += body != whole
            connection.execute("UPDATE liggare.events SET body = %s WHERE position = %s", (body, position))
    report = verify(database.serve_url)
    assert (report.intact, report.last_leaf) == (True, leaf)
    assert report.withheld == Withheld(masked=masked_events, sealed=1, opened=3)
    assert masked_events > 20
    with closing(PostgresLog(database.serve_url, mode="simulated")) as auditor:
        assert read_folds(auditor, {"o": orders("o-1")})[1]["o"].offers
