"""Where the ledger lives and who may write it. Knows files and locks; nothing of kinds, plans or the API.

``local`` is the entrance: ``LocalLedger(folder, account)`` reads, and locks for writing.
"""
