"""A pickle's opcodes, run on stand-ins: a stack machine that can do nothing but collect values.

Python's own unpicklers let a file replace the fields of what it has built (BUILD), call whatever
lies on the stack, and hash tuples nested so deeply that the process runs out of stack. This one
has the opcodes that checkpoints are made of, and each checks what it is applied to:

* REDUCE and NEWOBJ call names of the table (`Known`) alone,
* BUILD gives state to what takes some (`Stateful`) alone,
* keys of dicts are texts, numbers, bytes or None: others stand as the name of their type,
* sets are lists, so that nothing in them is hashed.

Used by the reading subprocess alone.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from s2flow_app.errors import CheckpointError

DAMAGED: Final = "is cut short or damaged"
MAX_DEPTH_OF_MARKS: Final = 10_000
"""Marks that are open at once: every level of nesting has one, and `unpickle.MAX_DEPTH` is 60."""
_LITERALS: Final = frozenset({
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "STRING", "BINSTRING",
    "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8", "UNICODE",
    "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "FLOAT", "BINFLOAT",
})  # fmt: skip
_IGNORED: Final = frozenset({"PROTO", "FRAME"})


@dataclass(frozen=True, slots=True)
class Known:
    """A name of the table, as it lies on the stack."""

    make: Callable[..., Any]
    """What stands in for calls of it."""


class Stateful:
    """What BUILD may be applied to; anything else keeps what it was made of."""

    def take(self, state: Any) -> None:
        """Take the state that it was pickled with; this one forgets it."""


class PickleMachine:
    """Runs one pickle of a stream, which is left behind its last byte.

    Subclasses say which names there are (`find`) and what a persistent id stands for.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._stack: list[Any] = []
        self._marks: list[list[Any]] = []
        """The stacks below each open mark."""
        self._memo: dict[int, Any] = {}

    def find(self, module_name: str, global_name: str) -> Any:
        """What stands in for a name; raises `CheckpointError`."""
        raise NotImplementedError

    def persistent(self, pid: Any) -> Any:
        """What a persistent id stands for; raises `CheckpointError`."""
        raise NotImplementedError

    def load(self) -> Any:
        """The pickled value; raises `CheckpointError`, or what bad opcodes raise."""
        for opcode, argument, _ in pickletools.genops(self._stream):
            name = opcode.name
            if name in _LITERALS:
                self._stack.append(argument)
            elif name in _HANDLERS:
                _HANDLERS[name](self, argument)
            elif name not in _IGNORED:
                raise CheckpointError(f"uses {name}, which no checkpoint needs")
        return self._stack[-1]  # genops ends with STOP

    # --- the stack ----------------------------------------------------------------------------

    def _mark(self, _: object) -> None:
        if len(self._marks) >= MAX_DEPTH_OF_MARKS:
            raise CheckpointError("is nested deeper, or has more parts, than any checkpoint")
        self._marks.append(self._stack)
        self._stack = []

    def _since_mark(self) -> list[Any]:
        found, self._stack = self._stack, self._marks.pop()
        return found

    def _pop(self, _: object) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._since_mark()

    def _pop_mark(self, _: object) -> None:
        self._since_mark()

    def _dup(self, _: object) -> None:
        self._stack.append(self._stack[-1])

    def _put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    def _memoize(self, _: object) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    # --- containers ---------------------------------------------------------------------------

    def _tuple_of(self, count: int) -> None:
        if len(self._stack) < count:
            raise CheckpointError(DAMAGED)
        self._stack[-count:] = [tuple(self._stack[-count:])]

    def _tuple(self, _: object) -> None:
        items = tuple(self._since_mark())
        self._stack.append(items)

    def _list(self, _: object) -> None:
        items = self._since_mark()
        self._stack.append(items)

    def _dict(self, _: object) -> None:
        items = self._since_mark()
        self._stack.append({})
        self._set(items)

    def _append(self, _: object) -> None:
        self._extend([self._stack.pop()])

    def _appends(self, _: object) -> None:
        self._extend(self._since_mark())

    def _extend(self, items: list[Any]) -> None:
        into = self._stack[-1]
        if not isinstance(into, list):
            raise CheckpointError(DAMAGED)
        into.extend(items)

    def _setitem(self, _: object) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._set([key, value])

    def _setitems(self, _: object) -> None:
        self._set(self._since_mark())

    def _set(self, items: list[Any]) -> None:
        into = self._stack[-1]
        if not isinstance(into, dict) or len(items) % 2:
            raise CheckpointError(DAMAGED)
        for key, value in zip(items[::2], items[1::2], strict=True):
            into[plain_key(key)] = value

    # --- names --------------------------------------------------------------------------------

    def _global(self, names: str) -> None:
        self._push_global(*names.split(" ", 1))

    def _stack_global(self, _: object) -> None:
        global_name, module_name = self._stack.pop(), self._stack.pop()
        self._push_global(module_name, global_name)

    def _push_global(self, module_name: Any, global_name: Any) -> None:
        if not isinstance(module_name, str) or not isinstance(global_name, str):
            raise CheckpointError(DAMAGED)
        self._stack.append(self.find(module_name, global_name))

    def _call(self, _: object) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        if not isinstance(function, Known) or not isinstance(arguments, tuple):
            raise CheckpointError(DAMAGED)
        self._stack.append(function.make(*arguments))

    def _build(self, _: object) -> None:
        state, built = self._stack.pop(), self._stack[-1]
        if isinstance(built, Stateful):
            built.take(state)
        elif not isinstance(built, dict):  # a dict's attributes: `_metadata` of state dicts
            raise CheckpointError("replaces parts of what it has built, which no checkpoint needs")

    def _persistent(self, _: object) -> None:
        self._stack.append(self.persistent(self._stack.pop()))


def plain_key(value: Any) -> str | float | bytes | None:
    """``value`` where it hashes at once; the name of its type instead of anything else."""
    if value is None or isinstance(value, str | int | float | bytes):
        return value
    return type(value).__name__


_HANDLERS: Final[dict[str, Callable[[PickleMachine, Any], None]]] = {
    "MARK": PickleMachine._mark, "POP": PickleMachine._pop, "POP_MARK": PickleMachine._pop_mark,
    "DUP": PickleMachine._dup, "STOP": lambda machine, _: None,
    "NONE": lambda machine, _: machine._stack.append(None),
    "NEWTRUE": lambda machine, _: machine._stack.append(True),
    "NEWFALSE": lambda machine, _: machine._stack.append(False),
    "EMPTY_LIST": lambda machine, _: machine._stack.append([]),
    "EMPTY_SET": lambda machine, _: machine._stack.append([]),
    "EMPTY_DICT": lambda machine, _: machine._stack.append({}),
    "EMPTY_TUPLE": lambda machine, _: machine._stack.append(()),
    "TUPLE1": lambda machine, _: machine._tuple_of(1),
    "TUPLE2": lambda machine, _: machine._tuple_of(2),
    "TUPLE3": lambda machine, _: machine._tuple_of(3),
    "TUPLE": PickleMachine._tuple, "LIST": PickleMachine._list, "DICT": PickleMachine._dict,
    "FROZENSET": PickleMachine._list, "APPEND": PickleMachine._append,
    "APPENDS": PickleMachine._appends, "ADDITEMS": PickleMachine._appends,
    "SETITEM": PickleMachine._setitem, "SETITEMS": PickleMachine._setitems,
    "PUT": PickleMachine._put, "BINPUT": PickleMachine._put, "LONG_BINPUT": PickleMachine._put,
    "MEMOIZE": PickleMachine._memoize, "GET": PickleMachine._get, "BINGET": PickleMachine._get,
    "LONG_BINGET": PickleMachine._get, "GLOBAL": PickleMachine._global,
    "STACK_GLOBAL": PickleMachine._stack_global, "REDUCE": PickleMachine._call,
    "NEWOBJ": PickleMachine._call, "BUILD": PickleMachine._build,
    "BINPERSID": PickleMachine._persistent,
}  # fmt: skip
"""Without INST, OBJ, NEWOBJ_EX, EXT1 to EXT4, PERSID and the buffers: no checkpoint has them."""
