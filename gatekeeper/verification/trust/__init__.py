"""The trust file: who is believed, and what their statements must say about a subject.

It is read from a place that the subject has no say in, checked whole before anything is verified, and never asks a
network. ``docs/trust.md`` tells people how to write one.
"""
