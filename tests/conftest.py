"""Small stores and folders that the tests share."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers of pytest share the processors
