"""The module _opcode: what the modules opcode and dis ask about CPython's instructions.

The names and numbers are those of CPython 3.14, which the library's tables list. Adder's own code has other instructions.
"""

from _opcode_metadata import HAVE_ARGUMENT, opmap

_CONST = {"LOAD_CONST", "LOAD_CONST_IMMORTAL", "LOAD_CONST_MORTAL"}
_NAME = {
    "DELETE_ATTR", "DELETE_GLOBAL", "DELETE_NAME", "IMPORT_FROM", "IMPORT_NAME", "LOAD_ATTR",
    "LOAD_FROM_DICT_OR_GLOBALS", "LOAD_GLOBAL", "LOAD_NAME", "LOAD_SUPER_ATTR", "STORE_ATTR", "STORE_GLOBAL",
    "STORE_NAME",
}
_JUMP = {
    "END_ASYNC_FOR", "FOR_ITER", "JUMP", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_FORWARD",
    "JUMP_IF_FALSE", "JUMP_IF_TRUE", "JUMP_NO_INTERRUPT", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE",
    "POP_JUMP_IF_NOT_NONE", "POP_JUMP_IF_TRUE", "SEND",
}
_FREE = {"DELETE_DEREF", "LOAD_DEREF", "LOAD_FROM_DICT_OR_DEREF", "MAKE_CELL", "STORE_DEREF"}
_EXCEPTION = {"SETUP_CLEANUP", "SETUP_FINALLY", "SETUP_WITH"}

_names = {number: name for name, number in opmap.items()}


def is_valid(opcode):
    return opcode in _names


def has_arg(opcode):
    return opcode in _names and opcode > HAVE_ARGUMENT


def has_const(opcode):
    return _names.get(opcode) in _CONST


def has_name(opcode):
    return _names.get(opcode) in _NAME


def has_jump(opcode):
    return _names.get(opcode) in _JUMP


def has_free(opcode):
    return _names.get(opcode) in _FREE


def has_local(opcode):
    name = _names.get(opcode, "")
    return "_FAST" in name and "CHECK" not in name or name == "STORE_FAST_MAYBE_NULL"


def has_exc(opcode):
    return _names.get(opcode) in _EXCEPTION


def stack_effect(opcode, oparg=None, /, *, jump=None):
    """Adder's code is for a register machine: it has no stack."""
    raise ValueError("invalid opcode or oparg")


def get_executor(code, offset, /):
    """There is no second tier of code."""
    raise ValueError("no executor exists at address %d" % offset)


def get_specialization_stats():
    return None


def get_intrinsic1_descs():
    return [
        "INTRINSIC_1_INVALID", "INTRINSIC_PRINT", "INTRINSIC_IMPORT_STAR", "INTRINSIC_STOPITERATION_ERROR",
        "INTRINSIC_ASYNC_GEN_WRAP", "INTRINSIC_UNARY_POSITIVE", "INTRINSIC_LIST_TO_TUPLE", "INTRINSIC_TYPEVAR",
        "INTRINSIC_PARAMSPEC", "INTRINSIC_TYPEVARTUPLE", "INTRINSIC_SUBSCRIPT_GENERIC", "INTRINSIC_TYPEALIAS",
    ]


def get_intrinsic2_descs():
    return [
        "INTRINSIC_2_INVALID", "INTRINSIC_PREP_RERAISE_STAR", "INTRINSIC_TYPEVAR_WITH_BOUND",
        "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS", "INTRINSIC_SET_FUNCTION_TYPE_PARAMS", "INTRINSIC_SET_TYPEPARAM_DEFAULT",
    ]


def get_special_method_names():
    return ["__enter__", "__exit__", "__aenter__", "__aexit__"]


def get_nb_ops():
    operators = ["+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^"]
    names = ["ADD", "AND", "FLOOR_DIVIDE", "LSHIFT", "MATRIX_MULTIPLY", "MULTIPLY", "REMAINDER", "OR", "POWER",
             "RSHIFT", "SUBTRACT", "TRUE_DIVIDE", "XOR"]
    plain = [("NB_" + name, sign) for name, sign in zip(names, operators)]
    in_place = [("NB_INPLACE_" + name, sign + "=") for name, sign in zip(names, operators)]
    return plain + in_place + [("NB_SUBSCR", "[]")]
