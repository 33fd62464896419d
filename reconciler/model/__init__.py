"""The nouns: frozen data, protocols, and what makes two values equal. No I/O, no clock, no randomness."""
