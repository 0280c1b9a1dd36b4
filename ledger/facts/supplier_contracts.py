"""Every contract concluded with one supplier, in the order of the log."""

from ledger.events.assignments import ContractConcluded
from ledger.facts.recorded import Recorded
from ledger.fold import FoldKind

Contracts = tuple[Recorded[ContractConcluded], ...]
supplier_contracts: FoldKind[Contracts] = FoldKind("contracts-of-supplier", "supplier", ())


@supplier_contracts.on(ContractConcluded)
def _concluded(state: Contracts, e: ContractConcluded, position: int) -> Contracts:
    return (*state, Recorded(position, e))
