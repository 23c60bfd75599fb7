"""The same engine without a window: one module per command, `main` chooses among them.

A command module has `HELP`, `add_arguments(parser)` and `run(arguments, console) -> Outcome`.
It imports torch and the engine inside `run` only, so that `--help` and the editor start fast.
"""
