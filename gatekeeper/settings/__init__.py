"""Settings and waivers files: layers, origins, locks."""
