"""Why an invoice is not recorded, or a line of one not accepted, disputed or credited."""

from ledger.errors import Refusal


class InvoiceRecordedAlready(Refusal):
    """The invoice id is taken; what changes is credited and invoiced anew."""

    code = "invoice-recorded"
    clause = "19: invoicing"
    title_sv = "Fakturan är redan registrerad"
    title_en = "Invoice recorded already"


class InvoiceUnknown(Refusal):
    """No invoice was recorded under this id."""

    code = "invoice-unknown"
    clause = "19: invoicing"
    title_sv = "Fakturan finns inte"
    title_en = "Invoice not found"


class InvoiceLinesUnclear(Refusal):
    """An invoice has lines, each with a number and a quantity of its own."""

    code = "invoice-lines-unclear"
    clause = "19: invoicing"
    title_sv = "Fakturans rader är otydliga"
    title_en = "Invoice lines unclear"


class InvoiceTotalWrong(Refusal):
    """The total is the sum of the lines."""

    code = "invoice-total-wrong"
    clause = "19: invoicing"
    title_sv = "Fakturans summa stämmer inte med raderna"
    title_en = "Invoice total is not that of its lines"


class InvoiceLineUnknown(Refusal):
    """The invoice has no such line."""

    code = "invoice-line-unknown"
    clause = "19: invoicing"
    title_sv = "Fakturaraden finns inte"
    title_en = "Invoice line not found"


class InvoiceLineAccepted(Refusal):
    """The line was accepted before; what was wrong with it is credited."""

    code = "invoice-line-accepted"
    clause = "19: invoicing"
    title_sv = "Fakturaraden är redan godkänd"
    title_en = "Invoice line accepted already"


class InvoiceLineDisputed(Refusal):
    """The line was disputed before."""

    code = "invoice-line-disputed"
    clause = "19: invoicing"
    title_sv = "Fakturaraden är redan bestriden"
    title_en = "Invoice line disputed already"


class MismatchUnexplained(Refusal):
    """A line that does not match is accepted only with a reason, which stays with it."""

    code = "mismatch-unexplained"
    clause = "domain 3.6: invoice lines matched to order, article and approved hours"
    title_sv = "Raden stämmer inte och skäl saknas"
    title_en = "Line does not match and no reason is given"


class CreditTooLarge(Refusal):
    """No more is credited than what still stands of the line."""

    code = "credit-too-large"
    clause = "19: invoicing"
    title_sv = "Krediteringen är större än raden"
    title_en = "Credit exceeds the line"


class CreditsNothing(Refusal):
    """A credit is of some quantity or amount."""

    code = "credits-nothing"
    clause = "19: invoicing"
    title_sv = "Krediteringen avser ingenting"
    title_en = "Credit is of nothing"


class CreditUneven(Refusal):
    """Hours are not taken back without the money they were invoiced with: they could be invoiced again."""

    code = "credit-uneven"
    clause = "19: invoicing"
    title_sv = "Tiden krediteras utan sitt belopp"
    title_en = "Hours credited without their amount"
