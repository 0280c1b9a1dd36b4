"""What the kinds of events, lines and deviations are called in Swedish."""

from collections.abc import Mapping

EVENTS: Mapping[str, tuple[str, str]] = {
    "assignment-cancelled": ("uppdrag avbokade", "cancelled"),
    "assignment-confirmed": ("orderbekräftelser", "confirmations"),
    "award-accepted": ("tilldelningar accepterade", "accepted"),
    "award-lapsed": ("tilldelningar förfallna", "lapsed"),
    "breach-notice-served": ("reklamationer", "breach notices"),
    "calendar-frozen": ("kalenderår frysta", "calendars"),
    "care-unit-registered": ("enheter", "care units"),
    "confirmation-late": ("sena bekräftelser", "late"),
    "consultant-registered": ("konsulter", "consultants"),
    "consultants-linked": ("samma människa, två id", "linked"),
    "contract-concluded": ("avtal slutna", "contracts"),
    "deviation-communicated": ("avvikelser meddelade", "communicated"),
    "deviation-decided": ("avvikelser avgjorda", "decided"),
    "deviation-replied": ("svar på avvikelser", "replies"),
    "deviation-reported": ("avvikelser", "deviations"),
    "deviation-withdrawn": ("avvikelser återtagna", "withdrawn"),
    "draw-seed-recorded": ("lottningsfrön", "draw seeds"),
    "ledger-opened": ("liggaren öppnad", "genesis"),
    "mandate-granted": ("behörigheter", "mandates"),
    "measure-decided": ("åtgärder beslutade", "measures"),
    "measure-served": ("åtgärder delgivna", "served"),
    "offer-corrected": ("avropssvar ändrade", "corrected"),
    "offer-received": ("avropssvar", "offers"),
    "offer-turned-away": ("avropssvar avvisade", "turned away"),
    "offer-withdrawn": ("avropssvar återtagna", "withdrawn"),
    "order-awarded": ("tilldelningar", "awards"),
    "order-published": ("avrop publicerade", "orders"),
    "order-recipient-excluded": ("mottagare uteslutna", "left out"),
    "order-recipient-notified": ("mottagare aviserade", "notified"),
    "order-withdrawn": ("avrop återkallade", "withdrawn"),
    "policy-published": ("policyversioner", "policy versions"),
    "region-acceded": ("anslutningar", "accessions"),
    "region-registered": ("regioner", "regions"),
    "shift-approved": ("pass attesterade", "shifts approved"),
    "shift-corrected": ("pass rättade", "corrected"),
    "shift-reported": ("pass rapporterade", "shifts reported"),
    "supplier-admitted": ("antaganden av leverantör", "admissions"),
    "supplier-registered": ("leverantörer", "suppliers"),
    "time-report-received": ("tidrapporter", "time reports"),
}
LINES: Mapping[str, tuple[str, str]] = {
    "assignment-id": ("trasig: uppdraget går inte att läsa", "broken: assignment unreadable"),
    "assignment-unknown": ("okänt uppdrag", "unknown assignment"),
    "break": ("trasig: rasten går inte att läsa", "broken: break unreadable"),
    "correction-changes-nothing": ("rättelse som inget ändrar", "correction that changes nothing"),
    "date": ("trasig: datumet finns inte", "broken: no such date"),
    "duplicate": ("dubblett av en rad som redan finns", "duplicate of a row that is there"),
    "missing": ("trasig: en cell saknas", "broken: a cell is missing"),
    "not-in-period": ("utanför uppdragets period", "outside the assignment"),
    "overlapping": ("överlappar ett annat pass", "overlaps another shift"),
    "time": ("trasig: klockslaget går inte att läsa", "broken: time unreadable"),
}
KINDS: Mapping[str, str] = {
    "late-confirmation": "sen orderbekräftelse", "late-cancellation": "sen avbokning",
    "no-show": "uteblivet pass",
    "wrong-consultant": "annan konsult", "missing-documents": "intyg saknades",
    "invoice-error": "fakturafel",
}  # fmt: skip
RUNGS: Mapping[str, str] = {
    "none": "inget", "remark": "anmärkning", "action-plan": "åtgärdsplan", "warning": "varning",
    "fee-or-penalty": "avgift eller vite", "quarantine": "karantän",
    "national-quarantine": "nationell karantän",
    "termination": "hävning",
}  # fmt: skip
WHY_NOT: Mapping[str, str] = {
    "withdrawn": "återtagen", "dismissed": "ogillad", "undecided": "inte avgjord",
    "not-noticed": "inte reklamerad",
    "noticed-too-late": "reklamerad för sent", "lapsed": "utanför fönstret", "later": "senare",
}  # fmt: skip
