"""Where the ledger lives and who may write it. Knows files, objects and locks; nothing of kinds, plans or the API.

``store`` says what every place offers; ``local`` is the one that needs nobody else.
"""
