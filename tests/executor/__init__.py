"""Tests of reconciler.executor."""
