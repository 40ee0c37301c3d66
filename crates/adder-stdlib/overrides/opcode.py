"""The instructions of Adder's register machine: names, numbers, and what their operands are.

An instruction takes eight bytes of co_code: its number, a byte of flags, three operands of two bytes. As many words follow it as
_inline_cache_entries says (in units of two bytes, as CPython counts).
"""

__all__ = ["cmp_op", "stack_effect", "hascompare", "opname", "opmap", "HAVE_ARGUMENT", "EXTENDED_ARG", "hasarg",
           "hasconst", "hasname", "hasjump", "hasjrel", "hasjabs", "hasfree", "haslocal", "hasexc"]

import _opcode
from _opcode import stack_effect
from _opcode_metadata import (HAVE_ARGUMENT, MIN_INSTRUMENTED_OPCODE, _specializations,  # noqa: F401
                              _specialized_opmap, opmap)

# Operands are wide enough: no instruction has this number.
EXTENDED_ARG = 255

opname = ["<%r>" % number for number in range(256)]
for _name, _number in opmap.items():
    opname[_number] = _name

cmp_op = ("<", "<=", "==", "!=", ">", ">=")


def _those(predicate):
    return [number for number in opmap.values() if predicate(number)]


hasarg = _those(_opcode.has_arg)
hasconst = _those(_opcode.has_const)
hasname = _those(_opcode.has_name)
hasjump = _those(_opcode.has_jump)
hasjrel = hasjump
hasjabs = []
hasfree = _those(_opcode.has_free)
haslocal = _those(_opcode.has_local)
hasexc = _those(_opcode.has_exc)
hascompare = [opmap[name] for name in ("LT", "LE", "EQ", "NE", "GT", "GE")]

_intrinsic_1_descs = _opcode.get_intrinsic1_descs()
_intrinsic_2_descs = _opcode.get_intrinsic2_descs()
_special_method_names = _opcode.get_special_method_names()
_common_constants = [AssertionError, NotImplementedError]
_nb_ops = _opcode.get_nb_ops()

_cache_format = {name: {"words": words * _opcode._WORD // 2} for name, words, _ in _opcode._table() if words}
_inline_cache_entries = {name: sum(entries.values()) for name, entries in _cache_format.items()}
