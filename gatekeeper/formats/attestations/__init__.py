"""Every format in which attestations travel, read into one shape: one file a format, listed in ``reading.py``."""
