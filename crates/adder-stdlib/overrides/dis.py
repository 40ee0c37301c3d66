"""The instructions of code objects, as text and as data.

The interface is that of CPython's module; what it shows are the instructions of Adder's register machine, with the operands as
`adder disassemble` writes them: a local that is an operand is only borrowed, `copy x` counts a new reference, `t3!` consumes a
temporary, `-> x` says where the result goes. Offsets count the bytes of co_code, eight for each instruction and each word of its
inline cache.
"""

import collections
import io
import sys
import types

import _opcode
from opcode import *
from opcode import __all__ as _opcode_names
from opcode import _inline_cache_entries

__all__ = ["code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode"] + _opcode_names
del _opcode_names

_WORD = _opcode._WORD

COMPILER_FLAG_NAMES = {
    0x1: "OPTIMIZED",
    0x2: "NEWLOCALS",
    0x4: "VARARGS",
    0x8: "VARKEYWORDS",
    0x10: "NESTED",
    0x20: "GENERATOR",
    0x40: "NOFREE",
    0x80: "COROUTINE",
    0x100: "ITERABLE_COROUTINE",
    0x200: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}


def pretty_flags(flags):
    """The names of the bits of co_flags."""
    names = []
    bit = 1
    while flags:
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit, hex(bit)))
            flags &= ~bit
        bit <<= 1
    return ", ".join(names) or "0x0"


class _Unknown:
    def __repr__(self):
        return "<unknown>"


UNKNOWN = _Unknown()


def _get_code_object(x):
    """The code of a function, method, generator, source text, and so on."""
    x = getattr(x, "__func__", x)
    for name in ("__code__", "gi_code", "ag_code", "cr_code"):
        found = getattr(x, name, None)
        if found is not None:
            x = found
            break
    if isinstance(x, str):
        x = _compiled(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def _compiled(source, name):
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        return compile(source, name, "exec")


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows the instructions of a class, method, function, generator, code object, source text or bytes.

    Without an argument, those of the last traceback. The code that `adaptive` asks for is the same as the compiled one.
    """
    options = dict(file=file, show_caches=show_caches, adaptive=adaptive, show_offsets=show_offsets,
                   show_positions=show_positions)
    if x is None:
        distb(**options)
        return
    x = getattr(x, "__func__", x)
    for name in ("__code__", "gi_code", "ag_code", "cr_code"):
        if hasattr(x, name):
            x = getattr(x, name)
            break
    if hasattr(x, "__dict__"):
        kinds = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)
        for name, member in sorted(x.__dict__.items()):
            if isinstance(member, kinds):
                print("Disassembly of %s:" % name, file=file)
                try:
                    dis(member, depth=depth, **options)
                except TypeError as error:
                    print("Sorry:", error, file=file)
                print(file=file)
    elif hasattr(x, "co_code"):
        _show_all(x, depth, options)
    elif isinstance(x, (bytes, bytearray)):
        _show(x, options)
    elif isinstance(x, str):
        _show_all(_compiled(x, "<dis>"), depth, options)
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows where a traceback (of the last exception) ends."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, "last_exc") else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_caches=show_caches, adaptive=adaptive,
                show_offsets=show_offsets, show_positions=show_positions)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False, show_positions=False):
    """Shows the instructions of a code object; that at the offset `lasti` is marked."""
    _show(co, dict(file=file, show_caches=show_caches, show_offsets=show_offsets, show_positions=show_positions), lasti)


disco = disassemble


def _show_all(co, depth, options):
    """A code object and those among its constants."""
    _show(co, options)
    if depth is None or depth > 0:
        for constant in co.co_consts:
            if hasattr(constant, "co_code"):
                print(file=options["file"])
                print("Disassembly of %r:" % (constant,), file=options["file"])
                _show_all(constant, None if depth is None else depth - 1, options)


def code_info(x):
    """Details of a code object as text."""
    co = _get_code_object(x)
    lines = [
        "Name:              %s" % co.co_name,
        "Filename:          %s" % co.co_filename,
        "Argument count:    %s" % co.co_argcount,
        "Positional-only arguments: %s" % co.co_posonlyargcount,
        "Kw-only arguments: %s" % co.co_kwonlyargcount,
        "Number of locals:  %s" % co.co_nlocals,
        "Stack size:        %s" % co.co_stacksize,
        "Flags:             %s" % pretty_flags(co.co_flags),
    ]
    lists = [("Constants", co.co_consts, repr), ("Names", co.co_names, str), ("Variable names", co.co_varnames, str),
             ("Free variables", co.co_freevars, str), ("Cell variables", co.co_cellvars, str)]
    for title, items, text in lists:
        if items:
            lines.append(title + ":")
            lines.extend("%4d: %s" % (at, text(item)) for at, item in enumerate(items))
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Prints code_info()."""
    print(code_info(co), file=file)


Positions = collections.namedtuple("Positions", "lineno end_lineno col_offset end_col_offset", defaults=(None,) * 4)
_ExceptionTableEntry = collections.namedtuple("_ExceptionTableEntry", "start end target depth lasti")

_Instruction = collections.namedtuple(
    "_Instruction",
    "opname opcode arg argval argrepr offset start_offset starts_line line_number label positions cache_info",
    defaults=(None, None, None),
)


class Instruction(_Instruction):
    """One instruction.

    opname, opcode     its name and number
    arg                the operand that stands for something: the number of a constant, name or register, the distance of a jump in
                       words; else all three operands as one number
    argval             what that is: the constant, the name, the local, the offset a jump goes to
    argrepr            all operands as text
    offset             where it lies in co_code (start_offset is the same)
    starts_line        does a line begin here?
    line_number        its line
    label              the number of its label, if something jumps here
    positions          its place in the source
    cache_info         its inline cache: name, size in units of two bytes, contents
    """

    __slots__ = ()

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def cache_offset(self):
        return self.offset + _WORD

    @property
    def end_offset(self):
        return self.cache_offset + _inline_cache_entries.get(self.opname, 0) * 2

    @property
    def jump_target(self):
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        output = io.StringIO()
        _Printer(output).line(self)
        return output.getvalue().rstrip("\n")


def _primary(code, opcode, operands, extra, target, offset, size):
    """The operand that counts, and what it stands for."""
    a, b, c = operands
    kinds = _opcode._kinds[opcode]
    name = opname[opcode]
    wide = b | c << 16
    if target is not None:
        return (target - offset - size) // _WORD, target
    if "K" in kinds or name == "CALL_KW":
        number = wide if "K" in kinds else extra
        known = code is not None and number < len(code.co_consts)
        return number, code.co_consts[number] if known else UNKNOWN
    if "N" in kinds:
        number = operands[kinds.index("N")]
        known = code is not None and number < len(code.co_names)
        return number, code.co_names[number] if known else UNKNOWN
    at = _opcode._LOCAL.get(name, _opcode._FREE.get(name))
    if at is not None and code is not None:
        try:
            return operands[at], code._varname_from_oparg(operands[at])
        except IndexError:
            # A temporary.
            pass
    number = a | b << 16 | c << 32
    return number, number


def _instructions(x, line_offset=0):
    """The instructions of a code object, or of bytes."""
    code = None if isinstance(x, (bytes, bytearray)) else x
    first = _opcode._decode(x, {})
    targets = {row[5] for row in first if row[5] is not None}
    for start, end, target, *_ in _opcode._handlers(x):
        targets.update((start, end, target))
    labels = {offset: number for number, offset in enumerate(sorted(targets), 1)}
    rows = _opcode._decode(x, {offset: "L%d" % number for offset, number in labels.items()})
    starts = dict(findlinestarts(code)) if code is not None else {}
    places = list(code.co_positions()) if code is not None else []
    data = code.co_code if code is not None else bytes(x)
    line = None
    for offset, opcode, operands, _, extra, target, text in rows:
        name = opname[opcode]
        size = _WORD + _inline_cache_entries.get(name, 0) * 2
        starts_line = offset in starts
        if starts_line:
            line = starts[offset]
        positions = None
        if places:
            position = places[offset // 2]
            positions = Positions(*(n + line_offset if at < 2 and n is not None else n for at, n in enumerate(position)))
        if _opcode.has_arg(opcode):
            arg, argval = _primary(code, opcode, operands, extra, target, offset, size)
        else:
            arg = argval = None
        caches = None
        if size > _WORD:
            caches = [("cache", (size - _WORD) // 2, data[offset + _WORD:offset + size])]
        shown = line + line_offset if line is not None else None
        yield Instruction(name, opcode, arg, argval, text, offset, offset, starts_line, shown, labels.get(offset),
                          positions, caches)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterates over the instructions of a method, function, source text or code object."""
    co = _get_code_object(x)
    return _instructions(co, 0 if first_line is None else first_line - co.co_firstlineno)


class _Printer:
    """Writes instructions one under the other."""

    def __init__(self, file=None, line_width=3, label_width=0, offset_width=0, show_caches=False, show_positions=False):
        self.file = file
        self.line_width = line_width
        self.label_width = label_width
        self.offset_width = offset_width
        self.show_caches = show_caches
        self.show_positions = show_positions

    def line(self, instruction, current=False):
        fields = []
        if self.line_width:
            place = ""
            if self.show_positions:
                place = _position_text(instruction.positions)
            elif instruction.starts_line:
                place = "--" if instruction.line_number is None else str(instruction.line_number)
            fields.append(place.rjust(self.line_width))
        label = "L%d:" % instruction.label if instruction.label is not None else ""
        fields.append(label.rjust(self.label_width))
        fields.append("-->" if current else "   ")
        if self.offset_width:
            fields.append(str(instruction.offset).rjust(self.offset_width))
        fields.append(instruction.opname.ljust(20))
        fields.append(instruction.argrepr)
        print(" ".join(fields).rstrip(), file=self.file)
        if self.show_caches:
            for name, size, data in instruction.cache_info or ():
                skip = " " * (self.line_width + self.label_width + 6)
                print(skip + "CACHE".ljust(20), "%d words: %s" % (size * 2 // _WORD, data.hex(" ", _WORD)), file=self.file)


def _position_text(positions):
    if positions is None or positions.lineno is None:
        return "--"
    return "%s:%s-%s:%s" % tuple("?" if n is None else n for n in (positions.lineno, positions.col_offset,
                                                                   positions.end_lineno, positions.end_col_offset))


def _show(x, options, lasti=-1, line_offset=0):
    """Prints the instructions of a code object or of bytes, and its handlers."""
    file = options["file"]
    all = list(_instructions(x, line_offset))
    is_code = not isinstance(x, (bytes, bytearray))
    line_width = 0
    if is_code:
        if options["show_positions"]:
            texts = [_position_text(instruction.positions) for instruction in all]
        else:
            texts = [str(instruction.line_number) for instruction in all if instruction.line_number is not None]
        line_width = max([3, *map(len, texts)])
    labels = [instruction.label for instruction in all if instruction.label is not None]
    printer = _Printer(file, line_width, label_width=len("L%d:" % max(labels)) if labels else 0,
                       offset_width=len(str(all[-1].offset)) if all and options["show_offsets"] else 0,
                       show_caches=options["show_caches"], show_positions=options["show_positions"])
    for at, instruction in enumerate(all):
        if line_width and at and instruction.starts_line and not options["show_positions"]:
            print(file=file)
        following = all[at + 1].offset if at + 1 < len(all) else instruction.end_offset
        printer.line(instruction, instruction.offset <= lasti < following)
    handlers = _opcode._handlers(x)
    if handlers:
        names = {instruction.offset: "L%d" % instruction.label for instruction in all if instruction.label is not None}
        print("ExceptionTable:", file=file)
        for start, end, target, exception, keep in handlers:
            kept = ", keeps " + " ".join(keep) if keep else ""
            print("  %s to %s -> %s [exception %s%s]" % (names.get(start, start), names.get(end, "the end"),
                                                         names.get(target, target), exception, kept), file=file)


def findlabels(code):
    """The offsets that instructions jump to, of the bytes of co_code."""
    labels = []
    for row in _opcode._decode(code, {}):
        if row[5] is not None and row[5] not in labels:
            labels.append(row[5])
    return labels


def findlinestarts(code):
    """Pairs: the offset at which a line begins, and its number (None: of no line)."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            if line != last:
                yield start, line
            last = line


def _find_imports(co):
    """What a code object imports: name, level, list of names."""
    before = []
    for instruction in _instructions(co):
        if instruction.opname == "IMPORT_NAME":
            level, fromlist = (0, None)
            values = [_loaded(one) for one in before[-2:]]
            if len(values) == 2:
                level, fromlist = values
            yield instruction.argval, level, fromlist
        before.append(instruction)


def _loaded(instruction):
    if instruction.opname == "LOAD_INT":
        return int(instruction.argrepr.split()[0])
    return instruction.argval


def _find_store_names(co):
    """The names that a code object stores to."""
    for instruction in _instructions(co):
        if instruction.opname in ("STORE_NAME", "STORE_GLOBAL"):
            yield instruction.argval


class Bytecode:
    """The instructions of a function, method, generator, source text or code object. Iterating gives them."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False,
                 show_offsets=False, show_positions=False):
        self.codeobj = co = _get_code_object(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self._line_offset = self.first_line - co.co_firstlineno
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = [
            _ExceptionTableEntry(start, end, target, len(keep), False)
            for start, end, target, _, keep in _opcode._handlers(co)
        ]
        self.show_caches = show_caches
        self.adaptive = adaptive
        self.show_offsets = show_offsets
        self.show_positions = show_positions

    def __iter__(self):
        return _instructions(self.codeobj, self._line_offset)

    def __repr__(self):
        return "%s(%r)" % (type(self).__name__, self._original_object)

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """That of the frame where a traceback ends."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti, show_caches=show_caches, adaptive=adaptive)

    def info(self):
        """code_info() of it."""
        return code_info(self.codeobj)

    def dis(self):
        """The instructions as text."""
        output = io.StringIO()
        options = dict(file=output, show_caches=self.show_caches, show_offsets=self.show_offsets,
                       show_positions=self.show_positions)
        _show(self.codeobj, options, -1 if self.current_offset is None else self.current_offset, self._line_offset)
        return output.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(prog="dis")
    parser.add_argument("-C", "--show-caches", action="store_true", help="show inline caches")
    parser.add_argument("-O", "--show-offsets", action="store_true", help="show instruction offsets")
    parser.add_argument("-P", "--show-positions", action="store_true", help="show instruction positions")
    parser.add_argument("-S", "--specialized", action="store_true", help="accepted; the code shown is the compiled one")
    parser.add_argument("infile", nargs="?", default="-")
    options = parser.parse_args(args)
    if options.infile == "-":
        name, source = "<stdin>", sys.stdin.buffer.read()
    else:
        name = options.infile
        with open(name, "rb") as file:
            source = file.read()
    dis(compile(source, name, "exec"), show_caches=options.show_caches, adaptive=options.specialized,
        show_offsets=options.show_offsets, show_positions=options.show_positions)


if __name__ == "__main__":
    main()
