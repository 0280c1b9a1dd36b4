"""The twenty questions of a dispute, one a file; importing this package registers them all (domain 8)."""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
