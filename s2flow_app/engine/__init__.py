"""One photo."""

import os

os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")  # heeded only before torch is imported
# Of a 1024 px picture's layers each is some 100 MB that are asked for anew; in pages of 4 KB the
# kernel takes as long for that as the convolution. The same holds for this one: before torch.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
