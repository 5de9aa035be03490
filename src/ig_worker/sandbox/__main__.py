"""``python -m ig_worker.sandbox`` serves the embedded Instagram."""

import sys

from ig_worker.sandbox.server import main

sys.exit(main(sys.argv[1:]))
