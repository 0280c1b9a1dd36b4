"""The export for an e-archive: a range of time as a package of FGS Paketstruktur 2.0 (E-ARK CSIP and SIP)."""
