"""`s2flow evaluate`: how good a pack is, one measure a module; `evaluate` runs them all."""
