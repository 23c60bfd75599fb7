"""Foreign checkpoints into model packs: read in a limited subprocess, recognised, checked."""
