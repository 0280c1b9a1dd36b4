"""The table of attacks in docs/proof.md, as declared; `python -m tests.attacks.document` writes it anew."""

import re
from pathlib import Path

from tests.attacks.table import ATTACKS
from tests.attacks.verifier import HELD

DOCUMENT = Path(__file__).parents[2] / "docs" / "proof.md"
BEGIN, END = "<!-- attacks -->\n", "<!-- /attacks -->\n"


def table() -> str:
    """An attack a row, and what each verifier finds."""
    heads = ["attack", "signs", *(held.en for held in HELD.values()), "otherwise"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for attack in ATTACKS.values():
        cells = [str(attack.expected(held) or "–").rpartition("/")[2] for held in HELD]
        why = attack.why.partition(" / ")[2]
        lines.append(f"| {' | '.join([attack.en, 'yes' if attack.key else '', *cells, why])} |")
    return "\n".join(lines)


def written(document: str) -> str:
    """The document with the table as it is declared now."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{table()}\n\n{END}", document, flags=re.DOTALL)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
