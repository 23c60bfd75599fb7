"""The original repository's four tools, on its own folder layout, with an imported pack."""
