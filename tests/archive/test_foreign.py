"""The foreign check: the E-ARK Foundation's validator, and the schemas of METS and PREMIS, take our packages.

When it is imported the validator fetches four vocabularies over the network. Here it gets the copies that lie
in its own package, so that the tests need none.
"""

import io
import shutil
import sys
import urllib.request
from importlib.resources import files

import pytest

from tests.archive.packages import REP, packed
from tests.replay.evidence import award_world

pytestmark = [
    pytest.mark.skipif(
        sys.version_info >= (3, 13), reason="the validator pins an lxml that has no wheels from Python 3.13"
    ),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # it leaves files open
]

# Both profiles have an agent with the role CREATOR, one a program (CSIP10 to 16), one an organisation (SIP15
# to 17). The validator asks of both what holds of one, and for an attribute without its namespace (SIP14).
OF_THE_ORGANISATION = {"CSIP12", "CSIP13", "CSIP15", "CSIP16"}
OF_EVERY_SIP = {"SIP14"}
WARNED = {"CSIP105"}  # it looks for a division within another; the profile has them side by side


def _bundled(address):
    name = address.rpartition("/")[2]
    return io.BytesIO((files("eark_validator") / "ipxml/resources/vocabs" / name).read_bytes())


@pytest.fixture(scope="module")
def validator():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urllib.request, "urlopen", _bundled)
        from eark_validator import packages
    return packages.PackageValidator


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    top = tmp_path_factory.mktemp("foreign") / "package"
    packed(award_world().log, top)
    return top


@pytest.fixture
def top(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "package")


def said(validator, top, *severities):
    """The rules that the validator found broken, and the agent's number where it is about one."""
    report = validator(top).validation_report
    assert report.structure.status.name == "WELLFORMED"
    assert report.metadata.schema_results.status.name == "VALID"
    found = report.metadata.schematron_results.messages
    return {one.rule_id for one in found if one.severity.name in severities}


def changed(top, was, is_now):
    mets = top / "METS.xml"
    text = mets.read_text()
    assert was in text
    mets.write_text(text.replace(was, is_now, 1))


def test_a_package_is_a_sip_but_for_what_no_sip_can_satisfy(validator, whole):
    assert said(validator, whole, "ERROR") == OF_THE_ORGANISATION | OF_EVERY_SIP
    assert said(validator, whole, "WARNING") == WARNED


def test_without_the_second_agent_and_as_any_csip_package_nothing_is_wrong(validator, top):
    changed(top, '<agent ROLE="CREATOR" TYPE="ORGANIZATION">\n<name>Exempelregionen</name>\n</agent>\n', "")
    assert said(validator, top, "ERROR") == OF_EVERY_SIP
    changed(top, 'OAISPACKAGETYPE="SIP"', 'OAISPACKAGETYPE="AIP"')
    report = validator(top).validation_report
    assert report.metadata.schematron_results.status.name == "VALID"


@pytest.mark.parametrize(
    ("was", "is_now", "rule"),
    [
        ('OBJID="package"', 'OBJID=""', "CSIP1"),
        ('TYPE="Datasets"', 'TYPE="Nonsense"', "CSIP2"),
        ('USE="Schemas"', 'USE="Schemes"', "CSIP113"),
        ('PROFILE="https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"', 'PROFILE="other"', "SIP2"),
        ('LABEL="CSIP"', 'LABEL="other"', "CSIP82"),
    ],
)
def test_the_validator_finds_what_is_wrong(validator, top, was, is_now, rule):
    changed(top, was, is_now)
    assert rule in said(validator, top, "ERROR")


def test_both_mets_and_both_premis_are_valid_by_their_schemas(validator, whole):
    from eark_validator.ipxml.schema import IP_SCHEMA
    from lxml import etree

    premis = etree.XMLSchema(file=str(whole / "schemas" / "premis.xsd"))
    for where in (whole, whole / REP):
        assert IP_SCHEMA["sip"].validate(etree.parse(where / "METS.xml")), IP_SCHEMA["sip"].error_log
        assert premis.validate(etree.parse(where / "metadata/preservation/premis.xml")), premis.error_log
    broken = etree.parse(whole / "metadata/preservation/premis.xml")
    broken.getroot().append(etree.SubElement(broken.getroot(), "nonsense"))
    assert not premis.validate(broken)


def test_every_schema_that_a_package_names_is_in_it(whole):
    for where in (whole, whole / REP):
        for name in ("METS.xml", "metadata/preservation/premis.xml"):
            text = (where / name).read_text()
            located = text.partition('schemaLocation="')[2].partition('"')[0].split()[1::2]
            assert located
            base = (where / name).parent
            assert all((base / one).is_file() for one in located), (name, located)
