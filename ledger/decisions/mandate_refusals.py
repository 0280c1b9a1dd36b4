"""Why a mandate is not granted, changed or revoked."""

from ledger.errors import Refusal


class MandateGrantedAlready(Refusal):
    """The mandate id is taken; a changed mandate is a new one."""

    code = "mandate-granted"
    clause = "S3: authorised orderers are appointed persons or functions"
    title_sv = "Behörigheten är redan tilldelad"
    title_en = "Mandate granted already"


class MandatePeriodEmpty(Refusal):
    """A mandate is dated and ends after it begins."""

    code = "mandate-period-empty"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten har ingen giltighetstid"
    title_en = "Mandate period is empty"


class MandatePartyUnclear(Refusal):
    """A regional role acts for one region, a supplier's for one supplier, central management for neither."""

    code = "mandate-party-unclear"
    clause = "domain 2: who acts for whom"
    title_sv = "Oklart vem behörigheten gäller för"
    title_en = "Unclear whom the mandate is for"


class UnitNotOfRegion(Refusal):
    """A unit is not registered, or belongs to another region."""

    code = "unit-not-of-region"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Enheten hör inte till regionen"
    title_en = "Unit not of this region"


class MandateUnknown(Refusal):
    """The mandate was never granted."""

    code = "mandate-unknown"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten finns inte"
    title_en = "Mandate not found"


class MandateRevokedAlready(Refusal):
    """The mandate was revoked before."""

    code = "mandate-revoked"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Behörigheten är redan återkallad"
    title_en = "Mandate revoked already"


class RevocationBackdated(Refusal):
    """What was ordered within a mandate cannot lose it afterwards, nor its members change."""

    code = "revocation-backdated"
    clause = "domain 2: only within a dated mandate"
    title_sv = "Återkallelsen är bakåtdaterad"
    title_en = "Revocation is backdated"


class MandateWider(Refusal):
    """A delegated mandate is never wider than the one above it: in role, place, lot, amount or time."""

    code = "mandate-wider"
    clause = "domain 2: only within a dated mandate; S3: appointed persons or functions"
    title_sv = "Behörigheten är vidare än den som delegeras"
    title_en = "Mandate wider than the one above it"


class DelegatedTooFar(Refusal):
    """There are more delegations between the mandate and the first one than the policy allows."""

    code = "delegated-too-far"
    clause = "domain 5, topic 9: mandates"
    title_sv = "Behörigheten är delegerad i för många led"
    title_en = "Delegated too far"


class MandateHolderUnclear(Refusal):
    """A function acts through named persons; a person's mandate names nobody else."""

    code = "mandate-holder-unclear"
    clause = "S3: persons or functions; domain 2: the person is recorded"
    title_sv = "Oklart vem som innehar behörigheten"
    title_en = "Unclear who holds the mandate"
