"""What does not hold in a package."""

from ledger.errors import LedgerError


class Fault(LedgerError):
    """What does not hold, and where: a file of the package. Swedish first."""

    def __init__(self, where: str, sv: str, en: str, *values: object) -> None:
        self.where, self.sv, self.en = where, sv.format(*values), en.format(*values)
        super().__init__(f"FEL i {where}: {self.sv} / FAULT in {where}: {self.en}")
