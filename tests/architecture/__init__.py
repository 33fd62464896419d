"""Rules of the code itself: who may name a kind, what is loaded when, what each kind must bring along."""
