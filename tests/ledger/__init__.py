"""Ledgers on disk: round trips, crashes, contention, and disks that refuse."""
