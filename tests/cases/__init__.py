"""Cases a lawyer can read: `*.yaml`, one rule a file.

Given dated events in plain words, when, then, with the clause beside it. A step in plain words is a phrase
(`phrases/`), and a phrase is a real command through the real shell.
"""
