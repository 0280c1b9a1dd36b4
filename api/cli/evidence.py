"""`liggare evidence`: a case, or one award, as a package that a stranger verifies offline."""

import os
import shutil
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.cli.kept import Keys, keys_of, sealed_at, signers_of
from api.cli.program import (
    CODES,
    NOT_CHECKED,
    PROGRAM,
    USAGE,
    Json,
    Out,
    Result,
    StopError,
    carry_out,
    example,
)
from api.gathering import asking, receipts_of
from api.opening import opened
from api.parts import Parts
from api.place import Place, place_of
from api.settings import Settings
from api.witness.asking import read_witnesses
from ledger.errors import Unsafe
from ledger.store.confirmed import Confirmed, confirmed
from ledger.store.sealing import connected
from ledger.store.sealing_tree import SealedNote
from replay.evidence.disclosure import BadMaskError, Disclosure, Mask, Undecided
from replay.evidence.gathered import is_case, is_order
from replay.evidence.package import Ground, Package, award_package, case_package, verifier_digest
from replay.evidence.report_texts import Language

DEMO_DIRECTORY = Path("build/evidence-demo")
DEMO_MASKS = ("checks=påhittad paragraf / made-up paragraph: demonstration",)
DEMO_OFFERS = tuple(f"offer-{what}/facts" for what in ("received", "corrected", "withdrawn", "turned-away"))
DEMO_SHOWN = (*DEMO_OFFERS, "answer")
Wanted = Annotated[
    str | None, typer.Argument(metavar="CASE|ORDER", help="A case (c-1), or the order of an award (o-0229).")
]
To = Annotated[
    Path | None, typer.Option("--out", metavar="DIRECTORY", help="Where it goes; nothing may be there yet.")
]
Number = Annotated[int, typer.Option("--position", min=1, help="The position of the order.")]
Size = Annotated[
    int | None,
    typer.Option("--size", min=1, help="The size of an earlier checkpoint; the newest unless given."),
]
Masked = Annotated[
    list[str] | None,
    typer.Option(
        "--mask", metavar="GROUP=PARAGRAPH: GROUND", help="Withhold a group of every record for secrecy."
    ),
]
Shown = Annotated[
    list[str] | None,
    typer.Option(
        "--show", metavar="GROUP", help="Show a group that is a person's, secret, or left out otherwise."
    ),
]
Tongue = Annotated[Language, typer.Option("--language", help="The language of the report: sv or en.")]
Demo = Annotated[
    bool,
    typer.Option("--demo", help=f"The demonstration's case, into {DEMO_DIRECTORY}; replaces it."),
]
Verifier = Annotated[bool, typer.Option("--verifier", help="Show the SHA-256 of verify.py, to be published.")]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a package is to be of, what it discloses, and how its report speaks; ``key`` are trusted keys."""

    name: str | None
    number: int = 1
    size: int | None = None
    masks: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    key: list[str] | None = None
    language: Language = "sv"


@PROGRAM.command(
    "evidence",
    epilog=example(
        "liggare evidence o-0229 --out package --show facts --mask 'checks=OSL 1 kap. 1 §: why'",
        "liggare evidence c-1 --out package --show checks --show facts --show answer",
        "liggare evidence o-0229 --out package --show checks --show facts --language en",
        "liggare evidence --verifier",
    ) + "\n\n" + CODES,
)  # fmt: skip
def evidence(  # noqa: PLR0913, PLR0917  each is an option
    wanted: Wanted = None, out: To = None, number: Number = 1, size: Size = None, mask: Masked = None,
    show: Shown = None, key: Keys = None, language: Tongue = "sv", demo: Demo = False,
    verifier: Verifier = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Make a package of a case or an award that anybody verifies with one file, Python and no network.

    Of an award it holds the records of the order until then, the policy, the mandate and the facts that the
    ranking cites; of a case its awards and records, and its questions answered as known at its pin, with what
    they cite. Each record has its proof to one checkpoint. Commands and links are left out unless shown. What
    a record says is a person's or secret must be masked or shown by name: GROUP, TYPE/GROUP or
    pPOSITION/GROUP; so must an answer that rests on what is masked: QUESTION/answer.
    """
    wish = Wish(wanted, number, size, tuple(mask or ()), tuple(show or ()), key, language)
    if verifier:
        digest = verifier_digest()
        carry_out(as_json, lambda _: Result({"verifier": digest}, (f"{digest}  verify.py",)))
    if demo:
        carry_out(as_json, lambda told: _demo(told, wish, out))
    carry_out(as_json, lambda _: _made(Settings.from_environment(), wish, out))


def _made(settings: Settings, wish: Wish, out: Path | None) -> Result:
    if wish.name is None or out is None:
        raise StopError("name the case or the order, and with --out the directory of the package", USAGE)
    if out.exists():
        raise StopError(f"{out} is there already, and is not written over", USAGE)
    try:
        disclosure = Disclosure(tuple(map(Mask.parse, wish.masks)), wish.shown)
        package = _package(settings, wish, wish.name, disclosure)
    except (BadMaskError, Undecided) as error:
        raise StopError(str(error), USAGE) from error
    write_package(out, package)
    return _result(out, package)


def _package(settings: Settings, wish: Wish, name: str, decided: Disclosure) -> Package:
    with place_of(settings, make=False) as place, opened(place, settings, follow=False) as parts:
        ground = _ground(place, settings, parts, wish)
        upto = ground.confirmed.sealed.size
        case, order = is_case(parts.log, name, upto), is_order(parts.log, name, upto)
        if case == order:
            both = f"{name} is both a case and an order"
            raise StopError(both if case else f"no case or order {name} is known up to p{upto}", USAGE)
        if order:
            return award_package(ground, name, wish.number, decided, wish.language)
        return case_package(ground, name, decided, wish.language)


def _ground(place: Place, settings: Settings, parts: Parts, wish: Wish) -> Ground:
    tree, note = sealed_at(parts.tree, wish.size)
    keys, paths = signers_of(note, keys_of(wish.key), place, settings), tree.paths()
    return Ground(
        parts.log, _confirmed(place, note), lambda at: paths(at, note.size), keys,
        witnesses=[one.key for one in read_witnesses(settings.others.witnesses_file)],
        ask=asking(parts.timeline), receipt=receipts_of(place, settings, parts.log, tree, paths, note),
    )  # fmt: skip


def _confirmed(place: Place, note: SealedNote) -> Confirmed:
    with closing(connected(place.serve_url)) as connection:
        return confirmed(connection, note)


def write_package(directory: Path, package: Package) -> None:
    """Write every file, with the award's time as theirs, and then give the directory its name."""
    work = directory.with_name(f".{directory.name}-{os.getpid()}")
    at = package.made_at / 1_000_000
    shutil.rmtree(work, ignore_errors=True)  # of a process of this number that was killed
    try:
        for name, content in package.files.items():
            file = work / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            os.utime(file, (at, at))
        for folder in (*(path for path in work.rglob("*") if path.is_dir()), work):
            os.utime(folder, (at, at))
        work.rename(directory)
    except OSError as error:
        raise StopError(f"{directory}: {error.strerror}", NOT_CHECKED) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _result(directory: Path, package: Package) -> Result:
    records = sum(name.endswith(".record") for name in package.files)
    masked = [one for one in package.withheld if one.why == "secrecy"]
    document = {
        "package": str(directory), "files": len(package.files), "records": records,
        "awards": [one.award for one in package.contents.awards], "answers": len(package.contents.answers),
        "receipts": len(package.contents.receipts), "masked": len(masked), "verifier": verifier_digest(),
    }  # fmt: skip
    said = f"{directory}: poster/records {records}, maskade delar/masked parts {len(masked)}"
    return Result(
        document,
        (said, f"verify.py {document['verifier']}", f"python3 -I verify.py {directory} --key KEY"),
    )


def _demo(told: Out, wish: Wish, out: Path | None) -> Result:
    """The case of the demonstration, which is played first where it is not there yet."""
    if out is not None or wish != Wish(None, language=wish.language):
        raise StopError("--demo decides for itself what the package is and where; it takes --language", USAGE)
    from api.demo import run  # noqa: PLC0415  no other command should wait for it
    from api.demo.story.gathering import CASE  # noqa: PLC0415  the same
    from api.demo.story.pace import WHOLE  # noqa: PLC0415  the same
    from api.demo.story.write import inputs_of  # noqa: PLC0415  the same

    settings, inputs = Settings.from_environment(), inputs_of(WHOLE)
    if not _is_there(settings):
        run.demonstrated(told, settings, run.Wish(inputs))
    if (DEMO_DIRECTORY / "bagit.txt").exists():
        shutil.rmtree(DEMO_DIRECTORY)
    DEMO_DIRECTORY.parent.mkdir(exist_ok=True)
    decided = Wish(CASE, masks=DEMO_MASKS, shown=DEMO_SHOWN, language=wish.language)
    return _made(settings, decided, DEMO_DIRECTORY)


def _is_there(settings: Settings) -> bool:
    with suppress(Unsafe), place_of(settings, make=False):
        return True
    return False
