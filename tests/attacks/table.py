"""Every attack, and what each verifier finds of it. One entry here is all that another attack takes.

``found`` says by the name of what is held (``HELD``) where it is located, "" for all that are not named. None
says that it cannot be known without more, and ``why`` says why. Tests hold both: that what is said to be
found is found there, and that what is said to be unknowable is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.attacks.deeds import (
    Deed,
    backdated,
    clock_back,
    cut,
    cut_unsealed,
    deleted,
    edited,
    forked,
    inserted,
    key_swapped,
    late,
    restored,
    rewritten,
    rotated_back,
    rotation_forged,
    rows,
    set_back,
    signed_by_old_key,
    swapped,
    triggers_off,
)
from tests.attacks.place import KEY, VIEW
from tests.attacks.verifier import HELD, At, Between, InView, Where

Found = Mapping[str, Where | None]


@dataclass(frozen=True)
class Attack:
    """One attack by somebody with all rights in the database, and with the signing key if ``key`` says so."""

    sv: str
    en: str
    deed: Deed
    found: Found
    key: bool = False
    why: str = ""

    def expected(self, held: str) -> Where | None:
        """Where a verifier who holds this finds it; None where he cannot."""
        return self.found.get(held, self.found.get(""))


SIGNED = (
    "förseglad med nyckeln är den lika hel som den första / sealed with the key, it is as whole as the first"
)
OWN_KEY = "den som inte har nyckeln tror på vilken som helst / who has no key believes any"
UNSEALED = "ännu inte förseglat / not sealed yet"
BEYOND = "det som hålls når inte så långt / what is held does not reach so far"
UNSIGNED = "ingen skriver under den uppgiften / nobody signs that"
WITNESS_KEY = "bara vittnets nyckel visar det / only the witness's key shows it"
ROOTS = "bara stämplarens rot visar det / only the authority's root shows it"
CLOCK = "instanten stiger ändå; ingen vet vad klockan var / instants rise all the same; nobody knows the time"

VICTIM, INTERVAL = {"": At(450)}, {"": Between(400, 500), "receipt": At(450)}
RESEALED: Found = {"": None, "checkpoint": Between(300, 500), "witness": Between(0, 600), "receipt": At(450)}
FLIPPED = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"
AT = "WHERE position = 450"

ATTACKS: Mapping[str, Attack] = {
    "edit": Attack(
        "En händelses innehåll ändrat", "An event's content changed",
        rows(f"UPDATE liggare.events SET body = {FLIPPED.format('body', 80)} {AT}"), VICTIM,
    ),
    "edit-hashed": Attack(
        "… och alla hashar omräknade", "… and every hash made again", rewritten(edited()), INTERVAL,
    ),
    "edit-signed": Attack(
        "… och allt förseglat på nytt", "… and everything sealed anew", rewritten(edited(), KEY),
        RESEALED, key=True, why=SIGNED,
    ),
    "edit-early": Attack(
        "En tidig händelse ändrad, allt förseglat på nytt", "An early event changed, all sealed anew",
        rewritten(edited(50), KEY),
        {"": None, "checkpoint": Between(0, 300), "witness": Between(0, 600), "receipt": Between(0, 500)},
        key=True, why=SIGNED,
    ),
    "edit-unsealed": Attack(
        "En händelse ändrad innan den förseglats", "An event changed before it was sealed",
        rewritten(edited(608)), {"": None, "receipt": At(608)}, why=UNSEALED,
    ),
    "reorder": Attack(
        "Två händelser i varandras ställe", "Two events in each other's place",
        rows(
            f"UPDATE liggare.events SET position = 9999 {AT}",
            "UPDATE liggare.events SET position = 450 WHERE position = 451",
            "UPDATE liggare.events SET position = 451 WHERE position = 9999",
        ), VICTIM,
    ),
    "reorder-hashed": Attack(
        "… och alla hashar omräknade", "… and every hash made again", rewritten(swapped), INTERVAL,
    ),
    "reorder-signed": Attack(
        "… och allt förseglat på nytt", "… and everything sealed anew", rewritten(swapped, KEY),
        RESEALED, key=True, why=SIGNED,
    ),
    "insert": Attack(
        "En händelse inskjuten", "An event inserted",
        rows(
            "UPDATE liggare.events SET position = position + 10000 WHERE position > 450",
            "INSERT INTO liggare.events SELECT 451, type, recorded_at + 1, record, leaf, body"
            f" FROM liggare.events {AT}",
            "UPDATE liggare.events SET position = position - 9999 WHERE position > 10000",
        ), {"": At(451)},
    ),
    "insert-hashed": Attack(
        "… och alla hashar omräknade", "… and every hash made again", rewritten(inserted),
        {"": Between(400, 500)},
    ),
    "insert-signed": Attack(
        "… och allt förseglat på nytt", "… and everything sealed anew", rewritten(inserted, KEY),
        {**RESEALED, "receipt": Between(0, 500)}, key=True, why=SIGNED,
    ),
    "delete": Attack(
        "En händelse borttagen med sina rader", "An event deleted with its rows",
        rows(
            f"DELETE FROM liggare.events {AT}", f"DELETE FROM liggare.tags {AT}",
            "DELETE FROM liggare.commands WHERE first = 450",
        ), VICTIM,
    ),
    "delete-hashed": Attack(
        "… de efter flyttade upp, alla hashar omräknade", "… those after it moved up, every hash made again",
        rewritten(deleted), INTERVAL,
    ),
    "delete-signed": Attack(
        "… och allt förseglat på nytt", "… and everything sealed anew", rewritten(deleted, KEY),
        RESEALED, key=True, why=SIGNED,
    ),
    "truncate": Attack(
        "Slutet avhugget, kontrollpunkterna kvar", "The end cut off, its checkpoints left",
        rewritten(cut), {"": At(481)},
    ),
    "truncate-all": Attack(
        "Slutet avhugget med sina kontrollpunkter", "The end cut off with its checkpoints",
        rewritten(cut, drop=True),
        {"": None, "checkpoint": At(481), "witness": At(481), "receipt": At(481)}, why=BEYOND,
    ),
    "truncate-unsealed": Attack(
        "Det avhugget som ännu inte förseglats", "What was not sealed yet cut off",
        rewritten(cut_unsealed), {"": None, "receipt": At(608)}, why=UNSEALED,
    ),
    "restore": Attack(
        "En gammal säkerhetskopia återställd", "An old backup restored", restored(),
        {"": None, "checkpoint": At(401), "witness": At(401), "receipt": At(401)}, why=BEYOND,
    ),
    "restore-on": Attack(
        "… och tjänsten fortsätter därifrån", "… and the service goes on from there", restored(620),
        RESEALED, key=True, why=SIGNED,
    ),
    "fork": Attack(
        "Två historier ur samma nyckel", "Two histories under one key", forked,
        RESEALED, key=True, why=SIGNED,
    ),
    "swap-keys": Attack(
        "Ändrat och allt undertecknat med en annan nyckel", "Changed, and all signed with another key",
        key_swapped(edited()), {"": At(100), "nothing": None}, why=OWN_KEY,
    ),
    "old-key": Attack(
        "Undertecknat med den gamla nyckeln efter nyckelbytet", "Signed with the old key after the rotation",
        signed_by_old_key, {"": At(615)}, key=True,
    ),
    "rotation-forged": Attack(
        "Ett nyckelbyte utan den gamla nyckeln", "A rotation without the old key", rotation_forged,
        {"": At(612)},
    ),
    "rotated-back": Attack(
        "Tillbaka till den gamla nyckeln", "Rotated back to the old key", rotated_back, {"": At(613)},
        key=True,
    ),
    "checkpoint": Attack(
        "En kontrollpunkts rot ändrad", "A checkpoint's root changed",
        rows(
            "UPDATE liggare.checkpoints SET note = convert_to(regexp_replace(convert_from(note, 'UTF8'),"
            " E'\\n400\\n.', E'\\n400\\n' || CASE WHEN convert_from(note, 'UTF8') ~ E'\\n400\\nA' THEN 'B'"
            " ELSE 'A' END), 'UTF8') WHERE size = 400"
        ), {"": At(400), "nothing": Between(300, 400)},
    ),
    "checkpoint-gone": Attack(
        "En kontrollpunkt borttagen", "A checkpoint deleted",
        rows("DELETE FROM liggare.checkpoints WHERE size = 400"), {"": At(400)},
    ),
    "checkpoint-all-gone": Attack(
        "… med det som andra bekräftat", "… with what others confirmed of it",
        rows(
            "DELETE FROM liggare.checkpoints WHERE size = 400",
            "DELETE FROM liggare.cosignatures WHERE size = 400",
        ), {}, why="de efter den står för samma händelser / those after it stand for the same events",
    ),
    "checkpoint-time": Attack(
        "En kontrollpunkts klockslag ändrat", "The time of a checkpoint changed",
        rows("UPDATE liggare.checkpoints SET sealed_at = sealed_at + 1 WHERE size = 400"), {}, why=UNSIGNED,
    ),
    "tile": Attack(
        "En hash i en trädbricka ändrad", "A hash in a tile changed",
        rows(
            f"UPDATE liggare.tiles SET hashes = {FLIPPED.format('hashes', 193 * 32)}"
            " WHERE level = 0 AND index = 1"
        ), VICTIM,
    ),
    "tag": Attack(
        "En taggrad ändrad", "A tag row changed",
        rows(f"UPDATE liggare.tags SET tag = 'consultant:k-9' {AT} AND tag LIKE 'consultant:%'"), VICTIM,
    ),
    "command": Attack(
        "En kommandorad ändrad", "A command row changed",
        rows("UPDATE liggare.commands SET command_id = 'never' WHERE first = 450"), VICTIM,
    ),
    "time": Attack(
        "En händelse daterad före den innan", "An event dated before the one before it",
        rewritten(set_back), VICTIM,
    ),
    "time-hashed": Attack(
        "En händelse daterad tidigare, efter den innan", "An event dated earlier, after the one before it",
        rewritten(backdated), INTERVAL,
    ),
    "time-signed": Attack(
        "… och allt förseglat på nytt", "… and everything sealed anew", rewritten(backdated, KEY),
        RESEALED, key=True, why=SIGNED,
    ),
    "clock": Attack(
        "Klockan ställd tillbaka medan tjänsten går", "The clock set back while the service runs",
        clock_back, {"": At(615)},
    ),
    "clock-hidden": Attack(
        "… och klockslagen i databasen rättade", "… and the times in the database mended",
        late, {}, why=CLOCK,
    ),
    "cosignature": Attack(
        "En medsignatur utbytt", "A cosignature exchanged for another",
        rows(
            "UPDATE liggare.cosignatures c SET line = o.line, cosigned_at = o.cosigned_at"
            " FROM liggare.cosignatures o WHERE c.size = 400 AND o.size = 500"
        ), {"": None, "witness": At(400)}, why=WITNESS_KEY,
    ),
    "stamp": Attack(
        "En tidsstämpels underskrift ändrad", "The signature of a time stamp changed",
        rows(
            f"UPDATE liggare.stamps SET answer = {FLIPPED.format('answer', 'length(answer) - 3')}",
        ), {"": None, "witness": At(300)}, why=ROOTS,
    ),
    "projection": Attack(
        "Det som sparats av en vy ändrat", "What is kept of a view changed",
        rows(
            "UPDATE projections.history SET steps = convert_to(replace(convert_from(steps, 'UTF8'),"
            " ',450', ',480'), 'UTF8') WHERE steps IS NOT NULL"
        ), {"": InView(VIEW)},
    ),
    "triggers": Attack(
        "Spärrarna mot ändringar avslagna", "The triggers against changes switched off",
        triggers_off, {"": At(0)},
    ),
    "function": Attack(
        "En funktion i databasen utbytt", "A function of the database replaced",
        rows(
            "CREATE OR REPLACE FUNCTION liggare.refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$"
        ), {"": At(0)},
    ),
}  # fmt: skip

assert all(set(attack.found) <= {"", *HELD} for attack in ATTACKS.values())
