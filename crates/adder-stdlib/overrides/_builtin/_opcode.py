"""The module _opcode: what the modules opcode and dis ask about the instructions of this machine.

The interpreter gives _table() (its instructions), _decode() and _handlers(); names are in Python's spelling.
"""

_rows = _table()
_kinds = [kinds for _, _, kinds in _rows]
_names = [name for name, _, _ in _rows]
# Instructions of which one operand is a local.
_LOCAL = {
    "LOAD_LOCAL": 1, "CHECK_LOCAL": 1, "STORE_LOCAL": 0, "DELETE_LOCAL": 0, "CLEAR_LOCAL": 0,
}
_FREE = {"MAKE_CELL": 0, "LOAD_CELL": 1, "STORE_CELL": 0, "DELETE_CELL": 0}
_JUMPS = {"FOR_ITER"}


def is_valid(opcode):
    return 0 <= opcode < len(_rows)


def has_arg(opcode):
    return is_valid(opcode) and _kinds[opcode] != "---"


def has_const(opcode):
    return is_valid(opcode) and "K" in _kinds[opcode] or is_valid(opcode) and _names[opcode] == "CALL_KW"


def has_name(opcode):
    return is_valid(opcode) and "N" in _kinds[opcode]


def has_jump(opcode):
    return is_valid(opcode) and ("n" in _kinds[opcode] or "f" in _kinds[opcode] or _names[opcode] in _JUMPS)


def has_free(opcode):
    return is_valid(opcode) and _names[opcode] in _FREE


def has_local(opcode):
    return is_valid(opcode) and _names[opcode] in _LOCAL


def has_exc(opcode):
    """Handlers stand in a table; no instruction says where they begin."""
    return False


def stack_effect(opcode, oparg=None, /, *, jump=None):
    """How many values more lie on the stack: none, since values lie in registers."""
    if jump is not None and jump is not True and jump is not False:
        raise ValueError("stack_effect: jump must be False, True or None")
    if not is_valid(opcode):
        raise ValueError("invalid opcode or oparg")
    return 0


def get_executor(code, offset, /):
    """There is no second tier of code."""
    raise ValueError("no executor exists at address %d" % offset)


def get_specialization_stats():
    return None


def get_intrinsic1_descs():
    return [
        "INTRINSIC_1_INVALID", "PRINT", "STOP_ITERATION", "ASYNC_GEN_WRAP", "TYPE_VAR", "PARAM_SPEC", "TYPE_VAR_TUPLE",
        "SUBSCRIPT_GENERIC", "TYPE_ALIAS",
    ]


def get_intrinsic2_descs():
    """The numbers go on behind those of one operand."""
    return get_intrinsic1_descs() + [
        "TYPE_VAR_BOUND", "TYPE_VAR_CONSTRAINTS", "FUNCTION_TYPE_PARAMS", "TYPE_PARAM_DEFAULT",
    ]


def get_special_method_names():
    return ["__enter__", "__exit__", "__aenter__", "__aexit__"]


def get_nb_ops():
    """Each operator has an instruction of its own."""
    return []
