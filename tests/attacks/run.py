"""Carries out every attack and prints what was found by whom: `python -m tests.attacks.run`."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.attacks.place import Ledger, ledger_on
from tests.attacks.table import ATTACKS, Attack
from tests.attacks.verifier import HELD, Verdict, verdicts
from tests.postgres import header_line, session_server
from tests.proof.authority import authority

WRITTEN = Path("build/attacks.json")
SUMS = (
    "försökta {}, upptäckta {}, lokaliserade {}; kan inte vetas {}; oväntade {}",
    "attempted {}, detected {}, located {}; cannot be known {}; unexpected {}",
)
WIDTH, ATTACK_WIDTH = 120, 47


@dataclass(frozen=True)
class Ran:
    """An attack that was carried out: what each verifier found."""

    name: str
    attack: Attack
    found: Mapping[str, Verdict]

    @property
    def wrong(self) -> list[str]:
        """What was expected otherwise, by what was held."""
        return [held for held, one in self.found.items() if one.where != self.attack.expected(held)]

    @property
    def detected(self) -> bool:
        """Whether anybody found something."""
        return any(one.said for one in self.found.values())

    @property
    def located(self) -> bool:
        """Whether somebody found it where it is."""
        wheres = ((one.where, self.attack.expected(held)) for held, one in self.found.items())
        return any(found is not None and found == expected for found, expected in wheres)


def carried_out(ledger: Ledger, name: str) -> Ran:
    """Carry out one attack on a copy of a ledger, and verify what comes of it."""
    with ledger.copy() as scene:
        ATTACKS[name].deed(scene)
        return Ran(name, ATTACKS[name], verdicts(scene))


def document_of(ran: list[Ran]) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "attempted": len(ran),
        "detected": sum(one.detected for one in ran),
        "located": sum(one.located for one in ran),
        "unknowable": sum(not one.detected for one in ran),
        "unexpected": sum(bool(one.wrong) for one in ran),
        "attacks": [_entry(one) for one in ran],
    }


def _entry(ran: Ran) -> dict[str, Any]:
    return {
        "name": ran.name, "sv": ran.attack.sv, "en": ran.attack.en, "key": ran.attack.key,
        "why_not": ran.attack.why,
        "held": {held: _found(ran.attack, held, one) for held, one in ran.found.items()},
    }  # fmt: skip


def _found(attack: Attack, held: str, verdict: Verdict) -> dict[str, Any]:
    expected = attack.expected(held)
    return {
        "detected": verdict.where is not None,
        "located": verdict.where and asdict(verdict.where),
        "said": verdict.said,
        "expected": expected and asdict(expected),
        "as_expected": verdict.where == expected,
    }


def shown(ran: list[Ran]) -> Iterator[Table | str]:
    """Everything, for people: where it was found, or the number of the reason why it cannot be known."""
    reasons: list[str] = []
    made = Table(box=None, pad_edge=False, row_styles=("", "dim"))
    made.add_column("angrepp\nattack", min_width=ATTACK_WIDTH)
    made.add_column("signerar\nsigns")
    for held in HELD.values():
        made.add_column(f"{held.sv}\n{held.en}", overflow="fold")
    for one in ran:
        if one.attack.why and one.attack.why not in reasons:
            reasons.append(one.attack.why)
        number = f"({reasons.index(one.attack.why) + 1})" if one.attack.why else ""
        cells = [_cell(one, held, number) for held in HELD]
        made.add_row(f"{one.attack.sv}\n{one.attack.en}", "ja/yes" if one.attack.key else "", *cells)
    yield made
    yield "\n".join(f"({number}) {why}" for number, why in enumerate(reasons, 1))


def _cell(ran: Ran, held: str, reason: str) -> str:
    found = ran.found[held].where
    text = str(found) if found else f"– {reason}"
    return f"✗ {text}; väntat/expected {ran.attack.expected(held)}" if held in ran.wrong else text


def main(arguments: list[str]) -> int:
    """Carry out all attacks, or those whose name holds a word; 1 where anything is not as expected."""
    words = [word for word in arguments if not word.startswith("-")]
    names = [name for name in ATTACKS if not words or any(word in name for word in words)]
    print(header_line(), file=sys.stderr)
    with session_server() as server, authority() as stamps, ledger_on(server, stamps) as ledger:
        ran = [carried_out(ledger, name) for name in names]
    document = document_of(ran)
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if "--json" in arguments:
        print(json.dumps(document, ensure_ascii=False))
        return int(bool(document["unexpected"]))
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else WIDTH)
    for part in shown(ran):
        console.print(part)
    numbers = [document[name] for name in ("attempted", "detected", "located", "unknowable", "unexpected")]
    for line in SUMS:
        console.print(line.format(*numbers))
    return int(bool(document["unexpected"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
