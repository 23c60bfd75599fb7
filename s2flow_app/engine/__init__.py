"""One photo."""

import os

os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # heeded only before torch is imported
