"""stub."""
def account(told, settings):
    import json
    print(json.dumps([a.document() for a in told.answered],indent=1,ensure_ascii=False))
    print(told.seconds, told.checks.events, told.checks.intact, told.checks.views)
    return ()
