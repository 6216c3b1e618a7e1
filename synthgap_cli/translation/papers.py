"""What a translated folder has beside its files."""

RECORD = "translation.json"
MANIFEST = "manifest.csv"
OTHER_MANIFEST = "translation.manifest.csv"  # where the folder has a manifest of its own
REJECTS = "translation.rejects.csv"
