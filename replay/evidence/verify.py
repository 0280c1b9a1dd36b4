"""Kontrollerar ett bevispaket ur Avropsliggaren. / Verifies an evidence package of Avropsliggaren.

python3 -I verify.py [PAKET] [--key NYCKEL]: allt räknas om ur paketets byte, utan nät: kontrollsummor, varje
posts löv (docs/format.md), vägen till kontrollpunkten (RFC 9162), dess signatur, sist rangordningen. Använd
en kopia med den SHA-256 som har offentliggjorts, och en nyckel som inte kom med paketet.

All is made anew from the package's bytes, offline. Use a copy of this file with the published SHA-256,
and a key that did not come along. Exit codes: 0 intact, 2 usage, 3 a fault, and where.
"""

import base64
import hashlib
import json
import struct
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

Files = Mapping[str, bytes]
Facts = dict[str, Any]
Keys = Mapping[tuple[str, bytes], bytes]  # kind and 32 bytes, by name and short id
Heads = set[tuple[int, bytes]]  # size and root
Said = tuple[str, str]  # in Swedish, in English
MANIFEST, TAG_MANIFEST, CHECKPOINT = "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/checkpoint.txt"
CASE, KEYS, COSIGNATURES, STAMPS = "data/case.json", "data/keys.txt", "data/cosignatures.txt", "data/stamps/"
FORMAT = "liggare-evidence-2"
UNSIGNED = "data/answers/*, data/report.pdf, bag-info.txt, read-me.txt"
ANSWERS, DECISIONS = "data/answers/", "data/decisions.json"
RECEIPTS, HEADS = "data/receipts/", "data/heads/"
UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError)
SWEDISH = {"shifts": "arbetspass", "days": "dagar", "minutes": "minuter"}


def told(sv: str, en: str, *values: object) -> Said:
    """Both sentences with the same values."""
    return sv.format(*values), en.format(*values)


class Fault(Exception):
    """What does not hold, and where: a file of the package."""

    def __init__(self, where: str, sv: str, en: str, *values: object) -> None:
        said = told(sv, en, *values)
        self.where, self.said = where, (f"FEL i {where}: {said[0]}", f"FAULT in {where}: {said[1]}")
        super().__init__(self.said[1])


# --- 1. The package (BagIt): the manifests name every file with its SHA-256, and nothing else is there.


def check_bag(files: Files) -> None:
    """Both manifests are, byte for byte, what they have to be."""
    payload = {name for name in files if name.startswith("data/")}
    for manifest, names in (TAG_MANIFEST, files.keys() - payload - {TAG_MANIFEST}), (MANIFEST, payload):
        right = {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(names)}
        listed = files.get(manifest, b"").decode(errors="replace")
        if listed != "".join(f"{digest}  {name}\n" for name, digest in right.items()):
            lines = {line[66:]: line[:64] for line in listed.split("\n")[:-1]}
            wrong = [name for name in sorted({*right, *lines}) if right.get(name) != lines.get(name)]
            raise Fault(", ".join([manifest, *wrong]), "fel kontrollsumma", "another check sum")


# --- 2. Signatures: Ed25519 by RFC 8032, section 5.1, in whole numbers.

Point = tuple[int, int, int, int]
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a: Point, b: Point) -> Point:
    """The sum of two points of the curve, in extended coordinates (section 5.1.4)."""
    low, high = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    c, d = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total: Point = (0, 1, 1, 0)
    while factor:
        total = add(total, point) if factor & 1 else total
        point, factor = add(point, point), factor >> 1
    return total


def point_of(encoded: bytes) -> Point:
    """The point behind 32 bytes (section 5.1.3). Raises ValueError where there is none."""
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    if len(encoded) != 32 or y >= P or x * x % P != square or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key of these 32 bytes signed the message (section 5.1.7)."""
    hashed = hashlib.sha512(signature[:32] + public + message).digest()
    s, h = int.from_bytes(signature[32:], "little"), int.from_bytes(hashed, "little") % ORDER
    left = times(s, point_of((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
    right = add(point_of(signature[:32]), times(h, point_of(public)))
    same = all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))
    return same and len(signature) == 64 and s < ORDER


# --- 3. The checkpoint (C2SP signed note): origin, size and root of the tree, and who signed that.


def keys_of(lines: str) -> Keys:
    """Public keys, one on a line, written as name+id+base64."""
    found = {}
    for name, short, encoded in (line.split("+", 2) for line in lines.split("\n")[:-1]):
        key = base64.b64decode(encoded, validate=True)
        if hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != short or len(key) != 33:
            raise ValueError(f"no key: {name}")
        found[name, bytes.fromhex(short)] = key
    return found


def signatures(lines: str, keys: Keys) -> Iterator[tuple[str, bytes, bytes]]:
    """Of each line the name, the key if it is known, and the signature."""
    for dash, name, encoded in (line.split(" ") for line in lines.split("\n")[:-1]):
        content = base64.b64decode(encoded, validate=True)
        if (dash, base64.b64encode(content).decode()) != ("—", encoded):
            raise ValueError("no line of a signature")
        yield name, keys.get((name, content[:4]), b""), content[4:]


def opened(note: bytes, keys: Keys, where: str) -> tuple[str, int, bytes, str]:
    """Origin, size, root and text of the checkpoint, if every signature by the ledger's known keys holds."""
    text, _, lines = note.decode().rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    ours = [(key, one) for name, key, one in signatures(lines, keys) if key[:1] == b"\1" and name == origin]
    if not ours or not all(is_signed(key[1:], f"{text}\n".encode(), one) for key, one in ours):
        raise Fault(where, "inte signerad med nyckeln", "not signed with the key")
    return origin, int(size), base64.b64decode(root, validate=True), f"{text}\n"


def cosigned(lines: str, keys: Keys, text: str) -> Iterator[Said]:
    """What witnesses confirm: at that time they had seen no other history (C2SP tlog-cosignature)."""
    for name, key, one in signatures(lines, keys):
        at = int.from_bytes(one[:8], "big")
        if key and not is_signed(key[1:], f"cosignature/v1\ntime {at}\n{text}".encode(), one[8:]):
            raise Fault(COSIGNATURES, "inte av {}", "not by {}", name)
        yield told("Vittne {}: {}", "Witness {}: {}", name, when(at * 10**6) if key else "nyckel/key?")


# --- 4. Records: from the bytes to the leaf, from the leaf to the root (docs/format.md, docs/proof.md).


class Record(NamedTuple):
    """One record; None is what is not shown of it. ``groups`` are those of its body by name."""

    position: int
    header: Facts
    links: Facts | None
    groups: dict[str, Facts | None]
    leaf: bytes


def sha256(kind: int, *parts: bytes) -> bytes:
    """SHA-256 over a byte that keeps the kinds of hash apart, and what follows it."""
    return hashlib.sha256(bytes([kind]) + b"".join(parts)).digest()


def record_of(files: Files, name: str) -> Record:
    """A record, with header and body held against its entry of 81 bytes."""
    raw, body = files[name], files.get(name.replace(".record", ".body"))
    version, position = struct.unpack_from(">BQ", raw)
    kind, length = struct.unpack_from(">BI", raw, 81)
    header, rest = raw[86 : 86 + length], raw[86 + length :]
    sealed = (kind == 0 or (kind == 1 and len(rest) == 32)) and sha256(
        5, rest if kind else sha256(6, rest), header
    ) == raw[17:49]
    if not sealed or (version, name) != (2, f"data/records/{position}.record"):
        raise Fault(name, "huvudet är inte det förseglade", "the header is not the sealed one")
    groups = {} if body is None else groups_of(body, raw[49:81], name.replace(".record", ".body"))
    links = json.loads(rest[32:]) if kind == 0 else None
    return Record(position, json.loads(header), links, groups, sha256(0, raw[:81]))


def groups_of(body: bytes, root: bytes, where: str) -> dict[str, Facts | None]:
    """The groups of a body, None for a masked one; together they have to come to the root."""
    secret, at, committed, found = body[:32], 33, body[32:33], dict[str, Facts | None]()
    for _ in range(body[32]):
        kind, mark = body[at], body[at + 1 : at + 2 + body[at + 1]]
        start = at + 5 + len(mark)
        at = start + int.from_bytes(body[start - 4 : start], "big")
        commitment, content = body[start:at], b"null"  # of kind 1: masked, the commitment stands for it
        if kind != 1:  # the salt follows from the secret, or stands before the content
            cut = 32 if kind else 0
            salt, content = commitment[:cut] or sha256(4, secret, mark), commitment[cut:]
            commitment = sha256(3, salt, mark, content)
        if kind > 2 or (kind == 0) != any(secret) or len(commitment) != 32:
            raise Fault(where, "en grupp går inte att läsa", "a group cannot be read")
        committed += mark + commitment
        found[mark[1:].decode()] = json.loads(content)
    if at != len(body) or sha256(2, committed) != root:
        raise Fault(where, "innehållet är inte det förseglade", "the content is not the sealed one")
    return found


def root_by(leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes:
    """The root of a tree of this size to which the path leads from a leaf (RFC 9162, section 2.1.3.2)."""
    index, last, found, left = position - 1, size - 1, leaf, [*path]
    while left and last > 0:
        if index & 1 or index == last:  # a right child, or the last of its row
            found = sha256(1, left.pop(0), found)
            while index and not index & 1:  # whose row ends with it: it goes up unchanged
                index, last = index >> 1, last >> 1
        else:
            found = sha256(1, found, left.pop(0))
        index, last = index >> 1, last >> 1
    if left or last or not 0 < position <= size:
        raise ValueError("no path of this tree")
    return found


# --- 5. Receipts (COSE, RFC 9942): the same kind of path, signed for whoever sent the command.


def cbor(kind: int, number: int, rest: bytes = b"") -> bytes:
    """How CBOR writes a value of this kind (RFC 8949, section 3)."""
    width = next(n for n in (0, 1, 2, 4, 8) if number < (256**n if n else 24))
    short = 23 + width.bit_length() if width else number
    return bytes([kind << 5 | short]) + (number.to_bytes(width, "big") if width else b"") + rest


def number_in(raw: bytes, at: int) -> tuple[int, int]:
    """The number with which a value in CBOR begins, and where it ends."""
    end = at + 1 + (0, 1, 2, 4, 8)[max(raw[at] & 31, 23) - 23]
    return int.from_bytes(raw[at + 1 : end], "big") or raw[at] & 31, end


def check_receipt(raw: bytes, record: Record, keys: Keys, heads: Heads, where: str) -> None:
    """The ledger signed the root to which the receipt leads from this record, that of a checkpoint here."""
    for (origin, short), key in keys.items():
        name = origin.encode()
        header = b"\xa4\x01\x27\x04\x44" + short + b"\x0f\xa1\x01" + cbor(3, len(name), name)
        header = cbor(2, len(header) + 4, header + b"\x19\x01\x8b\x01")
        before = b"\xd2\x84" + header + b"\xa1\x19\x01\x8c\xa1\x20\x81"
        if key[:1] == b"\1" and raw.startswith(before):
            size, at = number_in(raw, number_in(raw, len(before))[1] + 1)
            hashes = raw[number_in(raw, number_in(raw, at)[1])[1] : -67]
            path = [hashes[n + 2 : n + 34] for n in range(0, len(hashes), 34)]
            proof = b"\x83" + cbor(0, size) + cbor(0, record.position - 1) + cbor(4, len(path))
            proof += b"".join(b"\x58\x20" + one for one in path)
            whole = before + cbor(2, len(proof), proof) + b"\xf6\x58\x40" + raw[-64:]
            root = root_by(record.leaf, record.position, size, path)
            signed = b"\x84\x6aSignature1" + header + b"\x40\x58\x20" + root
            if raw == whole and (size, root) in heads and is_signed(key[1:], signed, raw[-64:]):
                return
    raise Fault(where, "är inget kvitto på posten", "is no receipt of the record")


# --- 6. The award: its ranking once more, from the offers, the announced criteria and the draw.


def check_announced(award: Facts, facts: Mapping[int, Facts], where: str) -> None:
    """Criteria and method are those of the order, and the seed is what its rule of the draw names."""
    own = {at: one for at, one in facts.items() if one.get("order") == award["order"]}
    said = [(one["criteria"], one["method"]) for one in own.values() if "policy_position" in one]
    if (award["criteria"], award["method"]) not in said:
        raise Fault(where, "kriterierna är inte avropets", "the criteria are not those of the order")
    if (seed := award["draw_seed_position"]) is not None:
        rules = [one["draw"] for at, one in own.items() if at < seed and one.get("draw")]
        if rules[-1] != {name: own.get(seed, {}).get(name) for name in ("beacon", "round")}:
            raise Fault(where, "lottningens frö är inte avropets", "the seed is not the one of the order")


def check_award(award: Facts, facts: Mapping[int, Facts], seed: str | None, where: str) -> None:
    """The recorded ranking is what the offers, the criteria and the draw come to, and so is the choice."""
    own = [one for one in facts.values() if one.get("order") == award["order"]]
    latest = {one["offer"]: one for one in own if {"offer", "counts_from_at"} <= one.keys()}
    offers = {name: one for name, one in latest.items() if one["position"] == award["position"]}
    gone = {one["offer"] for one in own if {"offer", "withdrawn_at"} <= one.keys()}
    for one in award["ranking"]:
        stated = {name: one[name] for name in ("offer", "supplier", "consultant")}
        stated |= {"counts_from_at": one["time"]["counts_from_at"]} if one["rank"] else {}
        given = {} if one["rank"] and one["offer"] in gone else offers.get(one["offer"], {})
        if not stated.items() <= given.items():
            raise Fault(where, "{} är inte svaret som kom in", "{} is not the offer received", one["offer"])
        value = {"facts": (), "days": 0, "shifts": 0, "minutes": 0, **(one["continuity"] or {})}
        shifts = [facts[at] for at in value["facts"] if "worked_minutes" in facts[at]]
        counted = (len({s["on"] for s in shifts}), len(shifts), sum(s["worked_minutes"] for s in shifts))
        enough = not value.get("counts") or value["amount"] >= value["threshold"]
        if counted != (value["days"], value["shifts"], value["minutes"]) or not enough:
            raise Fault(where, "{}: passen blir {}", "{}: the shifts come to {}", one["offer"], counted)
    if missing := offers.keys() - {one["offer"] for one in award["ranking"]}:
        raise Fault(where, "saknas i rangordningen: {}", "missing in the ranking: {}", sorted(missing))
    taking = [one for one in award["ranking"] if one["rank"]]
    kept = [(one["offer"], one["rank"], one["time"]["drawn"]) for one in taking]
    again = ranked_again(award, sorted(taking, key=lambda one: str(one["offer"])), seed)
    if again != kept:
        raise Fault(where, "rangordningen blir en annan: {}", "the ranking comes out otherwise: {}", again)
    free = taking if award["against_ranking"] and award["reason"] else taking[:1]
    if award["offer"] not in [one["offer"] for one in free]:
        raise Fault(where, "valet följer inte rangordningen", "the choice does not follow the ranking")


def ranked_again(award: Facts, taking: list[Facts], seed: str | None) -> list[tuple[str, int, int]]:
    """Offer, rank and place in the draw, best first: each criterion in turn parts what is equal so far."""
    (tolerance,) = (json.loads(one["value"]) for one in award["terms"] if one["term"] == "time.tie-tolerance")
    groups, found = [taking], list[tuple[str, int, int]]()
    for criterion in award["criteria"]:
        groups = [part for group in groups for part in parted(group, criterion, tolerance * 10**6)]
    for group in groups:
        first, tied = len(found) + 1, len(group) > 1 and seed is not None
        if tied:  # the draw: SHA-256 of seed, a zero byte and offer id, smallest first
            group.sort(key=lambda one: hashlib.sha256(f"{seed}\0{one['offer']}".encode()).digest())
        for place, one in enumerate(group):
            found.append((one["offer"], first + place * tied, (place + 1) * tied))
    return found


def parted(group: list[Facts], criterion: str, tolerance: int) -> list[list[Facts]]:
    """Who has continuity that counts comes first; who is within the tolerance (µs) of the first is equal."""
    if criterion == "continuity":
        parts = [[one for one in group if one["continuity"]["counts"] is counts] for counts in (True, False)]
        return [part for part in parts if part]
    found: list[list[Facts]] = []
    for one in sorted(group, key=lambda one: (one["time"]["counts_from_at"], one["offer"])):
        if not found or one["time"]["counts_from_at"] > found[-1][0]["time"]["counts_from_at"] + tolerance:
            found.append([])
        found[-1].append(one)
    return found


# --- 7. The case: what was asked, and the decisions behind its records.


def answered(said: Facts, case: Facts, facts: Mapping[int, Facts], at: int, where: str) -> Said:
    """An answer is to what was asked, as known at the pin; what it cites is here, or listed."""
    question, opened = facts.get(at), facts.get(case["case"])
    if question and opened:
        params = {one["name"]: one["value"] for one in question["params"]}
        pinned = min(opened["known_at"] or case["case"], case["case"] - 1)
        right = (opened["case"], question["question"], params, f"p{pinned}~{opened['valid_on']}")
        given = {name: str(said["params"].get(name)) for name in params}
        if right != (question["case"], said["question"], given, said["token"][: len(right[3])]):
            raise Fault(where, "svarar på annat än frågan", "answers something else than was asked")
    if "unanswerable" in said:
        return told("{}: inget svar: {}", "{}: no answer: {}", said["question"], said["unanswerable"])
    if strange := {*said["answer"]["evidence"]} - {*case["cited"]}:
        raise Fault(where, "hänvisar utanför paketet: {}", "cites what is not here: {}", sorted(strange))
    params = {name: value for name, value in said["params"].items() if value is not None}
    shown = f"[{said['token']} {params}]" if question and opened else f"[{said['token']} {params} ?]"
    sv, en = (f"{said['question']}: {said['answer']['sentence'][one]} {shown}" for one in ("sv", "en"))
    return sv, en


def decisions(said: Facts, records: Mapping[int, Record], facts: Mapping[int, Facts]) -> Said:
    """Every decision behind the records is listed, with the values that its header has the digest of."""
    rows = [one["row"] for one in said["values"]]
    odd = [v["row"]["term"] for v in said["values"] if v["row"] not in facts[v["position"]]["rows"]]
    unread = 0  # those whose values nobody could say, so that nothing is held against their digest
    for one in said["decisions"]:
        header, used = records[one["position"]].header, [rows[n] for n in one["terms"] or ()]
        listed = json.dumps(used, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        digest = hashlib.sha256(listed.encode()).hexdigest() if used else one["policy"]
        right = (header["rule"], header["head"], header["decided_at"], header["policy"]["digest"], digest)
        if right != (one["rule"], one["head"], one["decided_at"], one["policy"], one["policy"]):
            odd.append(one["rule"])
        unread += not used
    behind = {at - one.header["n"][0] for at, one in records.items() if one.header.get("policy")}
    if odd or behind != {n["position"] - records[n["position"]].header["n"][0] for n in said["decisions"]}:
        raise Fault(DECISIONS, "är inte besluten: {}", "are not the decisions: {}", odd)
    what = (len(behind), len(rows), sum(row["source"] == "assumption" for row in rows))
    sv, en = told(
        "Beslut: {}; värden lästa {}, antagna {}", "Decisions: {}; values read {}, assumed {}", *what
    )
    return (f"{sv}; UTAN VÄRDEN {unread}", f"{en}; WITHOUT VALUES {unread}") if unread else (sv, en)


# --- 8. Everything together, and what it comes to.


def verified(files: Files, trusted: str | None = None) -> list[Said]:
    """What a package shows. Raises Fault. ``trusted`` is a key from elsewhere."""
    check_bag(files)
    reading = ["--key"]  # so that whatever cannot be read has a place
    try:
        told_key = None if trusted is None else keys_of(f"{trusted}\n")
        reading.append(KEYS)
        keys = keys_of(files[KEYS].decode())
        trust = keys if told_key is None else told_key
        reading.append(CHECKPOINT)
        origin, size, root, text = opened(files[CHECKPOINT], trust, CHECKPOINT)
        reading.append(COSIGNATURES)
        said = list(cosigned(files.get(COSIGNATURES, b"").decode(), keys, text))
        for name in sorted(name for name in files if name.startswith(STAMPS)):
            if b"\x04\x20" + hashlib.sha256(files[CHECKPOINT]).digest() not in files[name]:
                raise Fault(name, "gäller andra byte", "is over other bytes")
            said.append(told("{}: pröva den med {}", "{}: verify it by {}", name, "openssl ts -verify"))
        records = proved(files, trust, size, root, reading)
        facts = {at: shown for at, one in sorted(records.items()) if (shown := one.groups.get("facts"))}
        reading.append(CASE)
        case = document(files[CASE])
        if case["format"] != FORMAT:
            raise ValueError(f"this verifier reads {FORMAT}")
        check_case(files, case, records, facts)
        whys = [f"{w['group']} ({w['why']}) {w['paragraph']} {w['ground']}".strip() for w in case["withheld"]]
        said += [told("Visas ej: {}: {}", "Not shown: {}: {}", w, whys.count(w)) for w in sorted({*whys})]
        reading.append(DECISIONS)
        said.append(decisions(document(files[DECISIONS]), records, facts))
        for at in [at for at in case["asked"] if f"{ANSWERS}{at}.json" in files]:
            reading.append(f"{ANSWERS}{at}.json")
            said.append(answered(document(files[reading[-1]]), case, facts, at, reading[-1]))
        for award in case["awards"]:
            reading.append(f"data/records/{award['award']}.body")
            said += restated(facts, case, award, reading[-1])
    except (*UNREADABLE, struct.error) as error:
        raise Fault(reading[-1], "kan inte läsas: {!r}", "cannot be read: {!r}", error) from error
    one = records[1].header
    what = (one["ledger"], one["mode"], len(records), origin, size)
    said.insert(0, told("Liggare {} ({}): {} poster, {} {}", "Ledger {} ({}): {} records, {} {}", *what))
    said.append(told("Ej signerat, bevisar inget: {}", "Not signed, proves nothing: {}", UNSIGNED))
    if trusted is None:
        said.insert(0, told("PAKETETS NYCKEL: {}", "THE PACKAGE'S KEY: {}", files[KEYS].decode().split()[0]))
    return said


def proved(files: Files, keys: Keys, size: int, root: bytes, reading: list[str]) -> dict[int, Record]:
    """Every record at its place under the checkpoint, and every receipt."""
    records = {}
    for name in sorted(name for name in files if name.endswith(".record")):
        reading.append(name)
        record = records[int(Path(name).stem)] = record_of(files, name)
        reading.append(name.replace(".record", ".proof"))
        path = [bytes.fromhex(line) for line in files[reading[-1]].decode().split("\n")[:-1]]
        if root_by(record.leaf, record.position, size, path) != root:
            raise Fault(reading[-1], "leder inte till kontrollpunkten", "does not lead to the checkpoint")
    heads = {(size, root)}
    for name in sorted(name for name in files if name.startswith(HEADS)):
        reading.append(name)
        heads.add(opened(files[name], keys, name)[1:3])
    for name in sorted(name for name in files if name.startswith(RECEIPTS)):
        reading.append(name)
        check_receipt(files[name], records[int(Path(name).stem)], keys, heads, name)
    return records


def check_case(files: Files, case: Facts, records: Mapping[int, Record], facts: Mapping[int, Facts]) -> None:
    """The package holds records of one ledger and nothing else, and names whatever it does not show."""
    known = {f"data/records/{at}.{part}" for at in records for part in ("record", "body", "proof")}
    known |= {f"{ANSWERS}{at}.json" for at in case["asked"]} | {f"{RECEIPTS}{at}.cose" for at in records}
    known |= {CASE, CHECKPOINT, COSIGNATURES, DECISIONS, KEYS, MANIFEST, TAG_MANIFEST}
    known |= {"bagit.txt", "bag-info.txt", "read-me.txt", "verify.py", "data/report.pdf"}
    known |= {f"{STAMPS}{n}.tsr" for n in range(1, len(files))}
    if odd := sorted(name for name in files if name not in known and not name.startswith(HEADS)):
        raise Fault(odd[0], "hör inte hit", "does not belong here")
    hidden = {(at, name) for at, one in records.items() for name, said in one.groups.items() if said is None}
    hidden |= {(at, "links") for at, one in records.items() if one.links is None}
    hidden |= {(at, "body") for at, one in records.items() if not one.groups}
    hidden |= {(at, "record") for at in case["cited"] if at not in records}
    hidden |= {(at, "answer") for at in case["asked"] if f"{ANSWERS}{at}.json" not in files}
    bare = [w for w in case["withheld"] if w["why"] == "secrecy" and not (w["paragraph"] and w["ground"])]
    listed = {(one["position"], one["group"]) for one in case["withheld"]}
    bare += [
        w for w in case["withheld"] if w["why"] == "not-needed" and w["group"] not in ("command", "links")
    ]
    if (
        hidden != listed
        or len(listed) != len(case["withheld"])
        or bare
        or len({one.header["ledger"] for one in records.values()}) > 1
    ):
        raise Fault(CASE, "nämner inte rätt vad som inte visas", "does not name rightly what is not shown")
    places = (case["case"], *case["asked"]) if case["case"] else ()
    kinds = ["evidence-case-opened.v1", *["evidence-question-added.v1"] * len(case["asked"])]
    alone = not case["case"] and not case["asked"] and len(case["awards"]) == 1  # the package of one award
    if not alone and [records[at].header["type"] for at in places] != kinds:
        raise Fault(CASE, "är varken ett ärende eller en tilldelning", "is neither a case nor an award")
    name = (facts.get(case["case"]) or {"case": None})["case"]
    own = {at: one for at, one in facts.items() if name and one.get("case") == name and "why" in one}
    awards = {(one["award"], one["order"], one["number"]) for one in case["awards"]}
    apart = {at for at, one in own.items() if "params" in one} - {*case["asked"]}
    apart |= {at for one in own.values() for at in one.get("positions", ())} - {*case["cited"]}
    if apart or {(n["awarded"], n["order"], n["position"]) for n in own.values() if "order" in n} - awards:
        raise Fault(CASE, "har inte allt som ärendet har", "has not everything that the case has")


def restated(facts: Mapping[int, Facts], case: Facts, which: Facts, where: str) -> Iterator[Said]:
    """An award, made again from what is shown."""
    award = facts.get(which["award"])
    if award is None:
        yield told("Tilldelningens fakta visas inte.", "The facts of the award are not shown.")
        return
    needed = {at for one in award["ranking"] for at in one["facts"]} | {award["draw_seed_position"]} - {None}
    needed |= {at for one in award["ranking"] for at in (one["continuity"] or {"facts": ()})["facts"]}
    if (award["order"], award["position"]) != (which["order"], which["number"]) or needed - {*case["cited"]}:
        raise Fault(CASE, "en annan tilldelning", "another award")
    what = (award["order"], award["position"], when(award["decided_at"]), award["offer"], award["reason"])
    yield told("Avrop {} rad {}, {}: tilldelat {} {}", "Order {} position {}, {}: awarded to {} {}", *what)
    yield from ((line(one, SWEDISH), line(one, {})) for one in award["ranking"])
    own = {at: one for at, one in facts.items() if one.get("order") == award["order"]}
    orders = {at: one["policy_position"] for at, one in own.items() if "policy_position" in one}
    pinned, seeded = {*orders.values()} or {"policy"}, award["draw_seed_position"]
    masked = {w["position"] for w in case["withheld"] if w["group"] in {"facts", "body"}}
    needed |= masked & {*range(min(orders, default=0), seeded or 0)}  # may have changed the rule of the draw
    unseen = [str(at) for at in needed | pinned if at not in facts]
    if not unseen:
        check_announced(award, facts, where)
    if unseen or award["method"] != "order":
        yield told("INTE OMRÄKNAT: {} {}", "NOT MADE AGAIN: {} {}", award["method"], sorted(unseen))
        return
    rows = [(row["term"], row["source"], row["value"]) for at in pinned for row in facts[at]["rows"]]
    used = {one["term"]: (one["term"], one["source"], json.loads(one["value"])) for one in award["terms"]}
    if odd := [name for name, term in used.items() if term not in rows]:
        raise Fault(where, "står inte i policyn: {}", "not in the policy: {}", odd)
    seed = facts[seeded]["value"] if seeded is not None else None
    check_award(award, facts, seed, where)
    yield told("Rangordningen är omräknad och densamma.", "The ranking was made again and is the same.")
    assumed = ", ".join(sorted(name for name, term in used.items() if term[1] == "assumption"))
    yield told("Antaget, publicerat av ingen: {}", "Assumed, published by nobody: {}", assumed)


def line(one: Facts, words: Mapping[str, str]) -> str:
    """An offer in the ranking: rank, ids, the instant it counts from, continuity; or why it takes no part."""
    value = one["continuity"]
    at = when(one["time"]["counts_from_at"]) if one["rank"] else one["excluded_code"]
    measure = value and words.get(value["measure"], value["measure"])
    worked = f"  {value['amount']}/{value['threshold']} {measure}" if value else ""
    return f"{one['rank'] or '–':>3}  {one['offer']}  {one['supplier']}  {one['consultant']}  {at}{worked}"


def when(micros: int) -> str:
    """An instant in UTC."""
    return datetime.fromtimestamp(micros / 10**6, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def document(content: bytes) -> Facts:
    """A file of JSON that nobody signs. Raises ValueError where readers could differ: a name stands twice."""

    def named(pairs: list[tuple[str, Any]]) -> Facts:
        if len(found := dict(pairs)) != len(pairs):
            raise ValueError("a name stands twice")
        return found

    found: Facts = json.loads(content, object_pairs_hook=named)
    return found


def read(top: Path) -> Files:
    """Every file below a directory. Raises Fault for what is none: a link shows another file tomorrow."""
    found = dict[str, bytes]()
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise Fault(name, "är ingen vanlig fil", "is no plain file")
        try:
            found |= {} if path.is_dir() else {name: path.read_bytes()}
        except OSError as error:
            raise Fault(name, "kan inte läsas: {!r}", "cannot be read: {!r}", error) from error
    return found


def plain(text: str) -> str:
    """One line, whatever the package says: nothing in it passes for a line of this program."""
    return "".join(one if one.isprintable() else "\ufffd" for one in text)


def main(arguments: list[str]) -> int:
    """Verify the package that is named, or the one that this file lies in."""
    trusted = arguments.pop() if "--key" in arguments[-2:-1] else None
    top, *more = map(Path, arguments[: None if trusted is None else -1] or [str(Path(__file__).parent)])
    if more or not top.is_dir():
        print("python3 -I verify.py [PACKAGE] [--key KEY]", file=sys.stderr)
        return 2
    try:
        said, code = verified(read(top), trusted), 0
        said.insert(0, told("HELT: allt stämmer.", "INTACT: everything holds."))
    except Fault as fault:
        said, code = [fault.said], 3
    mine = f"verify.py: SHA-256 {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
    print(*("\n".join(plain(one[n]) for one in said) for n in (0, 1)), mine, sep="\n\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
