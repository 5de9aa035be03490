"""``python -m ig_worker`` is the command line."""

import sys

from ig_worker.cli import main

sys.exit(main())
