"""A second implementation of docs/format.md, written from that document with the standard library alone."""

import hashlib
import json
import struct
import unicodedata

INTEGER_MAX = 2**53 - 1


def canonical(value):
    """The canonical bytes of a JSON value. Raises ValueError where there are none."""
    if value is None or value is True or value is False:
        return json.dumps(value).encode()
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise ValueError("integer")
        return str(value).encode()
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, list):
        return b"[" + b",".join(canonical(item) for item in value) + b"]"
    if isinstance(value, dict):
        if not all(key.isascii() for key in value):
            raise ValueError("key")
        members = (_string(key) + b":" + canonical(value[key]) for key in sorted(value))
        return b"{" + b",".join(members) + b"}"
    raise ValueError("type")


def _string(text):
    if any(ord(c) < 0x20 and c not in "\n\t" for c in text) or not unicodedata.is_normalized("NFC", text):
        raise ValueError("text")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return b'"' + escaped.encode() + b'"'


def _named(name):
    return bytes([len(name)]) + name


def commitment(salt, name, content):
    return hashlib.sha256(b"\x03" + salt + _named(name) + content).digest()


def salt_of(secret, name):
    return hashlib.sha256(b"\x04" + secret + _named(name)).digest()


def body(secret, groups):
    """The body of groups given as (name, content)."""
    packed = (b"\x00" + _named(name) + struct.pack(">I", len(content)) + content for name, content in groups)
    return secret + bytes([len(groups)]) + b"".join(packed)


def read_body(data):
    """(name, salt or None, content or None, commitment) of each group."""
    secret, groups, at = data[:32], [], 33
    for _ in range(data[32]):
        kind, length = data[at], data[at + 1]
        name = data[at + 2 : at + 2 + length]
        at += 2 + length
        (size,) = struct.unpack_from(">I", data, at)
        content = data[at + 4 : at + 4 + size]
        at += 4 + size
        groups.append(_group(kind, name, secret, content))
    if at != len(data):
        raise ValueError("length")
    return groups


def _group(kind, name, secret, content):
    if kind in (0x01, 0x03):
        return name, None, None, content[:32]
    salt, content = (salt_of(secret, name), content) if kind == 0x00 else (content[:32], content[32:])
    return name, salt, content, commitment(salt, name, content)


def body_root(data):
    groups = read_body(data)
    committed = b"".join(_named(name) + commitment_ for name, _, _, commitment_ in groups)
    return hashlib.sha256(b"\x02" + bytes([len(groups)]) + committed).digest()


def masked(data, hidden):
    """The body without the content of one group, and without the secret."""
    out = bytes(32) + data[32:33]
    for name, salt, content, committed in read_body(data):
        show = name != hidden and content is not None
        kind, payload = (b"\x02", salt + content) if show else (b"\x01", committed)
        out += kind + _named(name) + struct.pack(">I", len(payload)) + payload
    return out


def links_commitment(salt, links):
    return hashlib.sha256(b"\x06" + salt + links).digest()


def record(position, recorded_at, header, salt, links, root):
    digest = hashlib.sha256(b"\x05" + links_commitment(salt, links) + header).digest()
    entry = b"\x02" + struct.pack(">QQ", position, recorded_at) + digest + root
    return entry + b"\x00" + struct.pack(">I", len(header)) + header + salt + links


def withheld(record_bytes):
    """A whole record without its links."""
    (length,) = struct.unpack_from(">I", record_bytes, 82)
    salted = record_bytes[86 + length :]
    shown = record_bytes[:81] + b"\x01" + record_bytes[82 : 86 + length]
    return shown + links_commitment(salted[:32], salted[32:])


def leaf(record_bytes):
    """The leaf of a record, whole or not, or of an entry. Raises ValueError where it contradicts itself."""
    if len(record_bytes) > 81:
        (length,) = struct.unpack_from(">I", record_bytes, 82)
        header, rest = record_bytes[86 : 86 + length], record_bytes[86 + length :]
        commitment_ = {0: hashlib.sha256(b"\x06" + rest).digest(), 1: rest}[record_bytes[81]]
        if hashlib.sha256(b"\x05" + commitment_ + header).digest() != record_bytes[17:49]:
            raise ValueError("digest")
    return hashlib.sha256(b"\x00" + record_bytes[:81]).digest()
