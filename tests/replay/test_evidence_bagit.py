"""The foreign check: the Library of Congress' own program reads our packages, and finds what is wrong."""

import bagit
import pytest

from replay.evidence.package import award_package
from tests.replay.evidence import DECIDED, award_world, ground


@pytest.fixture
def top(tmp_path):
    for name, content in award_package(ground(award_world().log), "o-1", 1, DECIDED).files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_a_package_is_a_valid_bag(top):
    bag = bagit.Bag(str(top))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"].endswith("/o-1/1")
    assert {name.split("/")[0] for name in bag.payload_files()} == {"data"}


def test_a_changed_file_is_none_to_it_either(top):
    record = next((top / "data" / "records").glob("*.record"))
    content = bytearray(record.read_bytes())
    content[-1] ^= 1
    record.write_bytes(content)
    with pytest.raises(bagit.BagValidationError, match=record.name):
        bagit.Bag(str(top)).validate()
