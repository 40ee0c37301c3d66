"""Names and numbers of Adder's instructions, as the interpreter itself lists them."""

import _opcode

opmap = {name: number for number, (name, _, _) in enumerate(_opcode._table())}

# What the machine puts in the place of an instruction while it runs is not shown: co_code is what was compiled.
_specializations = {}
_specialized_opmap = {}

# Whether an instruction has operands does not show in its number: see hasarg.
HAVE_ARGUMENT = min(number for number in opmap.values() if _opcode.has_arg(number))
MIN_INSTRUMENTED_OPCODE = 255
