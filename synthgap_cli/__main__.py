"""``python -m synthgap_cli``."""

from synthgap_cli.cli import main

main()
