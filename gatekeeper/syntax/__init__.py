"""Parsers with positions, shared by readers and locators; each is bounded in size, depth and time."""
