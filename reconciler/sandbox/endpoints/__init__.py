"""One file per Telnyx collection: its fields as data, plus the rules that only this collection has."""
