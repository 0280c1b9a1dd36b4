"""BagIt packages (RFC 8493), the same bytes for the same content: names, manifests, nothing of the day."""

from collections.abc import Mapping
from hashlib import sha256

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
Files = Mapping[str, bytes]


def bag(payload: Files, info: Mapping[str, str], beside: Files) -> dict[str, bytes]:
    """Every file of a bag by its name: the payload under ``data/``, ``beside`` at the top."""
    data = {f"data/{name}": content for name, content in payload.items()}
    told = {"Payload-Oxum": f"{sum(map(len, data.values()))}.{len(data)}", **info}
    tags = {
        **beside,
        "bagit.txt": BAGIT,
        "bag-info.txt": "".join(f"{name}: {said}\n" for name, said in told.items()).encode(),
        MANIFEST: manifest(data),
    }
    return {**data, **tags, TAG_MANIFEST: manifest(tags)}


def manifest(files: Files) -> bytes:
    """A line for each file, by name: SHA-256 in hex, two spaces, the name."""
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
