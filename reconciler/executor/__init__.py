"""Looking at the account and changing it: the only package that writes to the API.

``observe`` and ``facts`` read, ``settle`` finds out what became of writes whose answer was lost, and ``execute``
carries out a plan. Kinds, session, journal, clock and sleep are arguments.
"""
