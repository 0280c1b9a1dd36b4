"""The account: what happened, what became of it, the answers with their evidence, where to go next."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from api.demo.account_answers import answer_shown
from api.demo.asked import asked_shown
from api.demo.run import Checks, Told
from api.demo.wording import beside, framed, heading, instant, minute, positions, table, two
from api.demo.words import EVENTS, LINES, RUNGS
from api.settings import Settings
from replay.questions.base import QUESTIONS

MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
Shown = str | Table


def account(told: Told, settings: Settings) -> tuple[Shown, ...]:
    """Everything that is shown, in order."""
    return tuple(_account(told, settings))


def _account(told: Told, settings: Settings) -> Iterator[Shown]:
    yield _opening(told)
    yield heading("Händelser i liggaren", "Events in the ledger")
    yield _types(told.checks.types)
    yield _months(told.checks.months)
    yield heading("Tidrapporternas rader", "The lines of the time reports")
    yield _lines(told)
    yield heading("En frist som missades", "A deadline that was missed")
    yield _missed(told.aside["missed"])
    yield heading("Leverantören som inte fick avropet", "The supplier that was not sent the order")
    yield _excluded(told.aside["excluded"])
    for answered in told.answered:
        yield from answer_shown(answered)
    yield from asked_shown(told.asked)
    yield heading("Kontroller", "Checks")
    yield _checks(told.checks)
    yield heading("Gå vidare", "Where to go next")
    yield _next(told, settings)


def _opening(told: Told) -> Table:
    checks = told.checks
    rate = told.commands / told.seconds if told.seconds else 0
    return framed(
        Text("AVROPSLIGGAREN – demonstration", "bold"),
        Text.assemble(
            ("SIMULERAD TID: ", "bold yellow"),
            "ingenting här har hänt. Regionerna är verkliga, enheter, företag och människor påhittade.\n",
            ("SIMULATED TIME: ", "bold yellow"),
            ("none of this happened. The regions are real; units, companies and people are made up.", "dim"),
        ),
        Text(
            f"{checks.ledger} · {checks.events} händelser/events · {told.commands} kommandon/commands, "
            f"{told.seconds:.1f} s ({rate:.0f}/s)\n{checks.origin}, HTTP"
            + (f" · {told.played.repeated} svarade förut/answered before" if told.played.repeated else "")
        ),
    )


def _types(types: Mapping[str, int]) -> Table:
    made = table(*(beside("Händelse", "Event"), "Antal") * 2, right=(1, 3))
    ordered = sorted(types.items(), key=lambda item: (-item[1], item[0]))
    half = (len(ordered) + 1) // 2
    for n in range(half):
        made.add_row(*(cell for k in (n, n + half) for cell in _type_cells(ordered, k)))
    return made


def _type_cells(ordered: list[tuple[str, int]], n: int) -> tuple[Text | str, ...]:
    if n >= len(ordered):
        return "", ""
    name, count = ordered[n]
    return beside(*EVENTS.get(name, (name, name))), str(count)


def _months(months: Mapping[str, int]) -> Table:
    made = table(two("Per månad", "By month"), *MONTHS, right=tuple(range(1, 13)))
    for year in sorted({month[:4] for month in months}):
        counts = [months.get(f"{year}-{n:02}", 0) for n in range(1, 13)]
        made.add_row(year, *(str(count) if count else "" for count in counts))
    return made


def _lines(told: Told) -> Table:
    types, late = told.checks.types, told.checks.late
    made = table(two("Vad raderna blev", "What the lines became"), "Antal", right=(1,))
    made.add_row(beside("pass", "shifts"), str(types.get("shift-reported", 0)))
    made.add_row(beside("  varav mer än en månad sena", "of these more than a month late"), str(late))
    made.add_row(beside("rättelser av pass", "corrections of shifts"), str(types.get("shift-corrected", 0)))
    for code, count in told.left_out().items():
        made.add_row(beside(*LINES.get(code, (code, code))), str(count))
    files = types.get("time-report-received", 0)
    made.add_row(beside("filer, var och en ett kommando", "files, one command each"), str(files))
    return made


def _missed(board: Mapping[str, Any]) -> Table:
    made = table(
        two("Avrop", "Order"), "Nr", two("Leverantör", "Supplier"),
        two("Antagen", "Accepted"), two("Frist", "Due by"), two("Bekräftad", "Confirmed"), two("Utfall",
        "Outcome"),
    )  # fmt: skip
    for award in board["positions"][0]["awards"]:
        late = award["late_at"] is not None
        confirmed = Text(minute(award["late_at"] or award["confirmed_at"]), "red" if late else "green")
        outcome = two("sent: förföll", "late: lapsed") if late else two("avtal slutet", "concluded")
        made.add_row(
            board["order"], str(award["award"]), award["supplier"], minute(award["accepted_at"]),
            minute(award["confirm_by"]), confirmed, outcome,
        )  # fmt: skip
    return made


def _excluded(board: Mapping[str, Any]) -> Table:
    made = table(
        two("Avrop", "Order"), two("Publicerat", "Published"), two("Utesluten", "Left out"), two("Skäl",
        "Reason"),
        two("Klausul", "Clause"), two("Fakta", "Facts"),
    )  # fmt: skip
    for left in board["left_out"]:
        reason = Text.assemble(RUNGS.get(left["code"], left["code"]), "\n", (left["detail"], "dim"))
        made.add_row(
            board["order"], instant(board["published_at"])[:16], left["supplier"], reason, left["clause"],
            positions(left["facts"]),
        )  # fmt: skip
    return made


def _checks(checks: Checks) -> Table:
    made = table(two("Kontroll", "Check"), two("Utfall", "Outcome"))
    record = two(
        "varje post, rot, löv och härledd rad räknad om", "every record, root, leaf and derived row anew"
    )
    made.add_row(record, _mark(good=checks.intact, text=f"{checks.events} händelser/events"))
    for finding in list(checks.findings)[:5]:
        made.add_row("", Text(f"p{finding['position']}: {finding['what']}", "red"))
    for row in checks.views:
        name = Text.assemble("vyn ", (str(row["view"]), "bold"), " vikt om", (" / folded anew", "dim"))
        text = f"{row['digest'][:16]}… · {row['states']} tillstånd/states"
        made.add_row(name, _mark(good=row["kept"] == "the same", text=text))
    return made


def _mark(*, good: bool, text: str) -> Text:
    word = ("✔ ", "bold green") if good else ("✘ ", "bold red")
    return Text.assemble(word, text)


def _next(told: Told, settings: Settings) -> Table:
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="bold", no_wrap=True)  # to be copied
    made.add_column(overflow="fold")
    url = f"http://127.0.0.1:{settings.port}"
    cast = told.cast
    made.add_row("make serve", beside("håller samma liggare igång", "keeps it running"))
    made.add_row(f"{url}/docs", beside("alla kommandon och vyer", "every command and view"))
    number = QUESTIONS["would-have-won"].number
    board = beside(f"avropet i fråga {number}", f"the order of question {number}")
    made.add_row(f"{url}/v1/views/order-board/{cast.contested_order}", board)
    verify = beside("räkna om allt själv", "check everything yourself")
    made.add_row(".venv/bin/liggare verify", verify)
    package = beside("bevispaketet till domstolen", "the evidence package for the court")
    made.add_row(".venv/bin/liggare evidence --demo", package)
    again = beside("samma igen: inget läggs till", "the same again: nothing added")
    made.add_row("make demo ARGS=--keep", again)
    return made
