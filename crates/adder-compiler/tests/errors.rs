//! What is wrong with a source text is told as CPython 3.13 tells it: exception, message, line, column.

use adder_compiler::{ErrorKind, Mode, Options, compile};

/// Source, exception, message, line, column: as CPython 3.13 answers.
const ERRORS: &[(&str, ErrorKind, &str, u32, u32)] = &[
    ("x = ", ErrorKind::Syntax, "invalid syntax", 1, 5),
    ("x = (", ErrorKind::Syntax, "'(' was never closed", 1, 5),
    ("if x", ErrorKind::Syntax, "expected ':'", 1, 5),
    ("if x:", ErrorKind::Indentation, "expected an indented block after 'if' statement on line 1", 1, 6),
    ("if x:\npass", ErrorKind::Indentation, "expected an indented block after 'if' statement on line 1", 2, 1),
    ("  x = 1", ErrorKind::Indentation, "unexpected indent", 1, 2),
    ("def f(:\n pass", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("x = 'abc", ErrorKind::Syntax, "unterminated string literal (detected at line 1)", 1, 5),
    ("x = '''abc", ErrorKind::Syntax, "unterminated triple-quoted string literal (detected at line 1)", 1, 5),
    ("f(x for x in y, 1)", ErrorKind::Syntax, "Generator expression must be parenthesized", 1, 3),
    ("1 = x", ErrorKind::Syntax, "cannot assign to literal here. Maybe you meant '==' instead of '='?", 1, 1),
    ("f() = 1", ErrorKind::Syntax, "cannot assign to function call here. Maybe you meant '==' instead of '='?", 1, 1),
    ("a + b = c", ErrorKind::Syntax, "cannot assign to expression here. Maybe you meant '==' instead of '='?", 1, 1),
    ("None = 1", ErrorKind::Syntax, "cannot assign to None", 1, 1),
    ("x + 1 += 2", ErrorKind::Syntax, "'expression' is an illegal expression for augmented assignment", 1, 1),
    ("del f()", ErrorKind::Syntax, "cannot delete function call", 1, 5),
    ("(x for x in y) = 1", ErrorKind::Syntax, "cannot assign to generator expression", 1, 1),
    (
        "[x for x in y] = 1",
        ErrorKind::Syntax,
        "cannot assign to list comprehension here. Maybe you meant '==' instead of '='?",
        1,
        1,
    ),
    ("def f(a, a): pass", ErrorKind::Syntax, "duplicate argument 'a' in function definition", 1, 10),
    ("def f(a=1, b): pass", ErrorKind::Syntax, "parameter without a default follows parameter with a default", 1, 12),
    ("def f(*): pass", ErrorKind::Syntax, "named arguments must follow bare *", 1, 7),
    ("def f(**a, b): pass", ErrorKind::Syntax, "arguments cannot follow var-keyword argument", 1, 12),
    ("class A\n pass", ErrorKind::Syntax, "expected ':'", 1, 8),
    ("import", ErrorKind::Syntax, "Expected one or more names after 'import'", 1, 7),
    ("from x import", ErrorKind::Syntax, "Expected one or more names after 'import'", 1, 14),
    ("from x import (a", ErrorKind::Syntax, "'(' was never closed", 1, 15),
    ("x = 1 2", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("x y", ErrorKind::Syntax, "invalid syntax", 1, 3),
    ("print 'a'", ErrorKind::Syntax, "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1),
    ("print x", ErrorKind::Syntax, "Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1),
    ("return 1", ErrorKind::Syntax, "'return' outside function", 1, 1),
    ("yield 1", ErrorKind::Syntax, "'yield' outside function", 1, 1),
    ("break", ErrorKind::Syntax, "'break' outside loop", 1, 1),
    ("continue", ErrorKind::Syntax, "'continue' not properly in loop", 1, 1),
    ("a b c", ErrorKind::Syntax, "invalid syntax", 1, 3),
    ("lambda x=1, y: 0", ErrorKind::Syntax, "parameter without a default follows parameter with a default", 1, 13),
    ("f(a b)", ErrorKind::Syntax, "invalid syntax. Perhaps you forgot a comma?", 1, 3),
    ("{1:2, 3}", ErrorKind::Syntax, "':' expected after dictionary key", 1, 7),
    ("{1 2}", ErrorKind::Syntax, "invalid syntax. Perhaps you forgot a comma?", 1, 2),
    ("[1 2]", ErrorKind::Syntax, "invalid syntax. Perhaps you forgot a comma?", 1, 2),
    ("(1 2)", ErrorKind::Syntax, "invalid syntax. Perhaps you forgot a comma?", 1, 2),
    ("a[", ErrorKind::Syntax, "'[' was never closed", 1, 2),
    ("a]", ErrorKind::Syntax, "unmatched ']'", 1, 2),
    ("(]", ErrorKind::Syntax, "closing parenthesis ']' does not match opening parenthesis '('", 1, 2),
    ("x = $", ErrorKind::Syntax, "invalid syntax", 1, 5),
    ("x = ?", ErrorKind::Syntax, "invalid syntax", 1, 5),
    (
        "0777",
        ErrorKind::Syntax,
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
        1,
        1,
    ),
    ("1__0", ErrorKind::Syntax, "invalid decimal literal", 1, 2),
    ("0x", ErrorKind::Syntax, "invalid hexadecimal literal", 1, 2),
    ("1e", ErrorKind::Syntax, "invalid decimal literal", 1, 1),
    (
        "'\\x1'",
        ErrorKind::Syntax,
        "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape",
        1,
        1,
    ),
    (
        "'\\N{foo}'",
        ErrorKind::Syntax,
        "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-6: unknown Unicode character name",
        1,
        1,
    ),
    (
        "'\\u12'",
        ErrorKind::Syntax,
        "(unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \\uXXXX escape",
        1,
        1,
    ),
    ("b'é'", ErrorKind::Syntax, "bytes can only contain ASCII literal characters", 1, 1),
    ("f'{'", ErrorKind::Syntax, "f-string: expecting '}'", 1, 4),
    ("f'{}'", ErrorKind::Syntax, "f-string: valid expression required before '}'", 1, 4),
    ("f'{a b}'", ErrorKind::Syntax, "invalid syntax. Perhaps you forgot a comma?", 1, 4),
    ("f'}'", ErrorKind::Syntax, "f-string: single '}' is not allowed", 1, 3),
    ("f'{a!x}'", ErrorKind::Syntax, "f-string: invalid conversion character 'x': expected 's', 'r', or 'a'", 1, 6),
    ("f'{a!}'", ErrorKind::Syntax, "f-string: missing conversion character", 1, 6),
    ("if x = 1: pass", ErrorKind::Syntax, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4),
    ("while x = 1: pass", ErrorKind::Syntax, "invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 7),
    ("f(x.y=1)", ErrorKind::Syntax, "expression cannot contain assignment, perhaps you meant \"==\"?", 1, 3),
    ("f(1=2)", ErrorKind::Syntax, "expression cannot contain assignment, perhaps you meant \"==\"?", 1, 3),
    ("f(True=1)", ErrorKind::Syntax, "cannot assign to True", 1, 3),
    ("f(a, a=1, a=2)", ErrorKind::Syntax, "keyword argument repeated: a", 1, 11),
    ("else:\n pass", ErrorKind::Syntax, "invalid syntax", 1, 1),
    ("for x in y\n pass", ErrorKind::Syntax, "expected ':'", 1, 11),
    ("for 1 in x: pass", ErrorKind::Syntax, "cannot assign to literal", 1, 5),
    ("with x as 1: pass", ErrorKind::Syntax, "cannot assign to literal", 1, 11),
    ("with x\n pass", ErrorKind::Syntax, "expected ':'", 1, 7),
    ("assert", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("global", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("nonlocal x", ErrorKind::Syntax, "nonlocal declaration not allowed at module level", 1, 1),
    ("async x", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("await x", ErrorKind::Syntax, "'await' outside function", 1, 1),
    ("a := 1", ErrorKind::Syntax, "invalid syntax", 1, 3),
    ("(a.b := 1)", ErrorKind::Syntax, "cannot use assignment expressions with attribute", 1, 2),
    ("x: int: 3", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("(a, b): int", ErrorKind::Syntax, "only single target (not tuple) can be annotated", 1, 1),
    ("[a]: int", ErrorKind::Syntax, "only single target (not list) can be annotated", 1, 1),
    ("*a = b", ErrorKind::Syntax, "starred assignment target must be in a list or tuple", 1, 1),
    ("*a", ErrorKind::Syntax, "can't use starred expression here", 1, 1),
    ("print(*a for a in b)", ErrorKind::Syntax, "iterable unpacking cannot be used in comprehension", 1, 7),
    ("a, *b, *c = d", ErrorKind::Syntax, "multiple starred expressions in assignment", 1, 1),
    (
        "match x:\n case a: pass\n case b: pass",
        ErrorKind::Syntax,
        "name capture 'a' makes remaining patterns unreachable",
        2,
        7,
    ),
    ("match x:\n case 1 + a: pass", ErrorKind::Syntax, "invalid syntax", 2, 11),
    ("try:\n pass\nexcept:\n pass\nexcept A:\n pass", ErrorKind::Syntax, "default 'except:' must be last", 3, 1),
    (
        "try:\n pass\nexcept A, B as c:\n pass",
        ErrorKind::Syntax,
        "multiple exception types must be parenthesized",
        3,
        8,
    ),
    ("x = [i for i in range(3) if i else 2]", ErrorKind::Syntax, "invalid syntax", 1, 31),
    ("def f():\n\tx\n        y", ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation", 3, 1),
    ("if 1:\n  a\n b", ErrorKind::Indentation, "unindent does not match any outer indentation level", 3, 3),
    ("\\ x", ErrorKind::Syntax, "unexpected character after line continuation character", 1, 2),
    ("x = \\ y", ErrorKind::Syntax, "unexpected character after line continuation character", 1, 6),
    ("a.1", ErrorKind::Syntax, "invalid syntax", 1, 2),
    ("1.a", ErrorKind::Syntax, "invalid decimal literal", 1, 2),
    ("a..b", ErrorKind::Syntax, "invalid syntax", 1, 3),
    ("x = yield", ErrorKind::Syntax, "'yield' outside function", 1, 5),
    ("not", ErrorKind::Syntax, "invalid syntax", 1, 4),
    ("a is", ErrorKind::Syntax, "invalid syntax", 1, 5),
    ("a in", ErrorKind::Syntax, "invalid syntax", 1, 5),
    ("if 1:\n    x\n  y", ErrorKind::Indentation, "unindent does not match any outer indentation level", 3, 4),
    ("@\ndef f(): pass", ErrorKind::Syntax, "invalid syntax", 1, 2),
    ("@x\nx=1", ErrorKind::Syntax, "invalid syntax", 2, 1),
    ("def f(x:): pass", ErrorKind::Syntax, "invalid syntax", 1, 9),
    ("class C(: pass", ErrorKind::Syntax, "invalid syntax", 1, 9),
    ("f(", ErrorKind::Syntax, "'(' was never closed", 1, 2),
    ("f(1,", ErrorKind::Syntax, "'(' was never closed", 1, 2),
    ("f(1", ErrorKind::Syntax, "'(' was never closed", 1, 2),
    ("[1,2", ErrorKind::Syntax, "'[' was never closed", 1, 1),
    ("{1:", ErrorKind::Syntax, "'{' was never closed", 1, 1),
    ("{1:2", ErrorKind::Syntax, "'{' was never closed", 1, 1),
    ("f(a for a in b, c)", ErrorKind::Syntax, "Generator expression must be parenthesized", 1, 3),
    ("True = 1", ErrorKind::Syntax, "cannot assign to True", 1, 1),
    ("x.True", ErrorKind::Syntax, "invalid syntax", 1, 3),
    ("def True(): pass", ErrorKind::Syntax, "invalid syntax", 1, 5),
    ("import a.b as c.d", ErrorKind::Syntax, "invalid syntax", 1, 16),
    ("from a import b.c", ErrorKind::Syntax, "invalid syntax", 1, 16),
    ("from a import b as c.d", ErrorKind::Syntax, "invalid syntax", 1, 21),
    ("elif x: pass", ErrorKind::Syntax, "invalid syntax", 1, 1),
    ("a = b = ", ErrorKind::Syntax, "invalid syntax", 1, 9),
    ("a += b += c", ErrorKind::Syntax, "invalid syntax", 1, 8),
    ("a if b", ErrorKind::Syntax, "expected 'else' after 'if' expression", 1, 1),
    ("a if b else", ErrorKind::Syntax, "invalid syntax", 1, 12),
    ("lambda", ErrorKind::Syntax, "invalid syntax", 1, 7),
    ("[*a for a in b]", ErrorKind::Syntax, "iterable unpacking cannot be used in comprehension", 1, 2),
    ("{a: *b}", ErrorKind::Syntax, "cannot use a starred expression in a dictionary value", 1, 5),
    ("{a:b for c in d, e}", ErrorKind::Syntax, "invalid syntax", 1, 16),
    ("except: pass", ErrorKind::Syntax, "invalid syntax", 1, 1),
    ("finally: pass", ErrorKind::Syntax, "invalid syntax", 1, 1),
    ("def f():\npass", ErrorKind::Indentation, "expected an indented block after function definition on line 1", 2, 1),
    ("class A:\npass", ErrorKind::Indentation, "expected an indented block after class definition on line 1", 2, 1),
    ("for x in y:\npass", ErrorKind::Indentation, "expected an indented block after 'for' statement on line 1", 2, 1),
    ("while x:\npass", ErrorKind::Indentation, "expected an indented block after 'while' statement on line 1", 2, 1),
    ("with a:\npass", ErrorKind::Indentation, "expected an indented block after 'with' statement on line 1", 2, 1),
    ("try:\npass", ErrorKind::Indentation, "expected an indented block after 'try' statement on line 1", 2, 1),
    (
        "try:\n x\nfinally:\ny",
        ErrorKind::Indentation,
        "expected an indented block after 'finally' statement on line 3",
        4,
        1,
    ),
    ("f'{a", ErrorKind::Syntax, "'{' was never closed", 1, 3),
    ("f'{a:'", ErrorKind::Syntax, "f-string: expecting '}', or format specs", 1, 6),
    ("f\"{a!r:\"", ErrorKind::Syntax, "f-string: expecting '}', or format specs", 1, 8),
    ("x = 5a", ErrorKind::Syntax, "invalid decimal literal", 1, 5),
    ("0b12", ErrorKind::Syntax, "invalid digit '2' in binary literal", 1, 4),
    ("0o8", ErrorKind::Syntax, "invalid digit '8' in octal literal", 1, 3),
    ("1_", ErrorKind::Syntax, "invalid decimal literal", 1, 2),
    ("é = €", ErrorKind::Syntax, "invalid character '€' (U+20AC)", 1, 5),
    ("“a”", ErrorKind::Syntax, "invalid character '“' (U+201C)", 1, 1),
    ("def f(x):\n global x", ErrorKind::Syntax, "name 'x' is parameter and global", 2, 2),
    ("def f(x):\n nonlocal x", ErrorKind::Syntax, "name 'x' is parameter and nonlocal", 2, 2),
    ("def f():\n x=1\n global x", ErrorKind::Syntax, "name 'x' is assigned to before global declaration", 3, 2),
    ("def f():\n print(x)\n global x", ErrorKind::Syntax, "name 'x' is used prior to global declaration", 3, 2),
    ("def f():\n nonlocal y", ErrorKind::Syntax, "no binding for nonlocal 'y' found", 2, 2),
    ("x: int = 1\nglobal x", ErrorKind::Syntax, "annotated name 'x' can't be global", 2, 1),
    ("def f():\n x: int = 1\n global x", ErrorKind::Syntax, "annotated name 'x' can't be global", 3, 2),
    ("def f():\n global x\n x: int", ErrorKind::Syntax, "annotated name 'x' can't be global", 3, 2),
    ("class A:\n nonlocal x", ErrorKind::Syntax, "no binding for nonlocal 'x' found", 2, 2),
    ("def f():\n from x import *", ErrorKind::Syntax, "import * only allowed at module level", 2, 16),
    ("class A:\n from x import *", ErrorKind::Syntax, "import * only allowed at module level", 2, 16),
    ("class A:\n return 1", ErrorKind::Syntax, "'return' outside function", 2, 2),
    ("async def f():\n yield 1\n return 2", ErrorKind::Syntax, "'return' with value in async generator", 3, 2),
    ("async def f():\n yield from x", ErrorKind::Syntax, "'yield from' inside async function", 2, 2),
    ("def f():\n await x", ErrorKind::Syntax, "'await' outside async function", 2, 2),
    (
        "def f():\n [await x for y in z]",
        ErrorKind::Syntax,
        "asynchronous comprehension outside of an asynchronous function",
        2,
        2,
    ),
    ("def f():\n async for x in y: pass", ErrorKind::Syntax, "'async for' outside async function", 2, 2),
    ("def f():\n async with x: pass", ErrorKind::Syntax, "'async with' outside async function", 2, 2),
    (
        "def f():\n return [x async for x in y]",
        ErrorKind::Syntax,
        "asynchronous comprehension outside of an asynchronous function",
        2,
        9,
    ),
    ("[x async for x in y]", ErrorKind::Syntax, "asynchronous comprehension outside of an asynchronous function", 1, 1),
    ("[(yield) for x in y]", ErrorKind::Syntax, "'yield' inside list comprehension", 1, 3),
    ("{(yield) for x in y}", ErrorKind::Syntax, "'yield' inside set comprehension", 1, 3),
    ("{(yield):1 for x in y}", ErrorKind::Syntax, "'yield' inside dict comprehension", 1, 3),
    ("((yield) for x in y)", ErrorKind::Syntax, "'yield' inside generator expression", 1, 3),
    ("class A:\n yield 1", ErrorKind::Syntax, "'yield' outside function", 2, 2),
    (
        "[x := 1 for x in y]",
        ErrorKind::Syntax,
        "assignment expression cannot rebind comprehension iteration variable 'x'",
        1,
        2,
    ),
    (
        "[x for y in (x := 1)]",
        ErrorKind::Syntax,
        "assignment expression cannot be used in a comprehension iterable expression",
        1,
        14,
    ),
    (
        "[[x := 1 for z in y] for x in y]",
        ErrorKind::Syntax,
        "assignment expression cannot rebind comprehension iteration variable 'x'",
        1,
        3,
    ),
    (
        "class A:\n [x := 1 for y in z]",
        ErrorKind::Syntax,
        "assignment expression within a comprehension cannot be used in a class body",
        2,
        3,
    ),
    ("def f[T, T](): pass", ErrorKind::Syntax, "duplicate type parameter 'T'", 1, 10),
    ("class A[T: (yield)]: pass", ErrorKind::Syntax, "yield expression cannot be used within a TypeVar bound", 1, 13),
    ("type X = (yield)", ErrorKind::Syntax, "yield expression cannot be used within a type alias", 1, 11),
    ("type X[T: (y:=1)] = T", ErrorKind::Syntax, "named expression cannot be used within a TypeVar bound", 1, 12),
    (
        "def f[T=int, U](): pass",
        ErrorKind::Syntax,
        "non-default type parameter 'U' follows default type parameter",
        1,
        14,
    ),
    (
        "class A[T]((yield)): pass",
        ErrorKind::Syntax,
        "yield expression cannot be used within the definition of a generic",
        1,
        13,
    ),
    (
        "class A[T]((x:=1)): pass",
        ErrorKind::Syntax,
        "named expression cannot be used within the definition of a generic",
        1,
        13,
    ),
    ("from __future__ import nope", ErrorKind::Syntax, "future feature nope is not defined", 1, 1),
    ("from __future__ import braces", ErrorKind::Syntax, "not a chance", 1, 1),
    (
        "x = 1\nfrom __future__ import annotations",
        ErrorKind::Syntax,
        "from __future__ imports must occur at the beginning of the file",
        2,
        1,
    ),
    ("__debug__ = 1", ErrorKind::Syntax, "cannot assign to __debug__", 1, 1),
    ("del __debug__", ErrorKind::Syntax, "cannot delete __debug__", 1, 5),
    ("def f(__debug__): pass", ErrorKind::Syntax, "cannot assign to __debug__", 1, 7),
    ("f(__debug__=1)", ErrorKind::Syntax, "cannot assign to __debug__", 1, 3),
    ("x.__debug__ = 1", ErrorKind::Syntax, "cannot assign to __debug__", 1, 1),
    ("for __debug__ in x: pass", ErrorKind::Syntax, "cannot assign to __debug__", 1, 5),
    ("with x as __debug__: pass", ErrorKind::Syntax, "cannot assign to __debug__", 1, 11),
    ("(__debug__ := 1)", ErrorKind::Syntax, "cannot assign to __debug__", 1, 2),
    ("*a, *b = c", ErrorKind::Syntax, "multiple starred expressions in assignment", 1, 1),
    ("for *a in b: pass", ErrorKind::Syntax, "starred assignment target must be in a list or tuple", 1, 5),
    ("del *a", ErrorKind::Syntax, "cannot delete starred", 1, 5),
    ("del (a, *b)", ErrorKind::Syntax, "cannot delete starred", 1, 9),
    ("x = *a", ErrorKind::Syntax, "can't use starred expression here", 1, 5),
    ("return", ErrorKind::Syntax, "'return' outside function", 1, 1),
    ("def f():\n break", ErrorKind::Syntax, "'break' outside loop", 2, 2),
    ("while 1:\n def f(): break", ErrorKind::Syntax, "'break' outside loop", 2, 11),
    ("for x in y:\n class A:\n  continue", ErrorKind::Syntax, "'continue' not properly in loop", 3, 3),
    (
        "try: pass\nexcept* A:\n break",
        ErrorKind::Syntax,
        "'break', 'continue' and 'return' cannot appear in an except* block",
        3,
        2,
    ),
    (
        "while 1:\n try: pass\n except* A:\n  break",
        ErrorKind::Syntax,
        "'break', 'continue' and 'return' cannot appear in an except* block",
        4,
        3,
    ),
    ("try: pass\nexcept*:\n pass", ErrorKind::Syntax, "expected one or more exception types", 2, 8),
    (
        "try: pass\nexcept* A: pass\nexcept B: pass",
        ErrorKind::Syntax,
        "cannot have both 'except' and 'except*' on the same 'try'",
        3,
        1,
    ),
    (
        "match x:\n case _: pass\n case 1: pass",
        ErrorKind::Syntax,
        "wildcard makes remaining patterns unreachable",
        2,
        7,
    ),
    ("match x:\n case a | 1: pass", ErrorKind::Syntax, "name capture 'a' makes remaining patterns unreachable", 2, 7),
    ("match x:\n case _ | 1: pass", ErrorKind::Syntax, "wildcard makes remaining patterns unreachable", 2, 7),
    ("match x:\n case [a, a]: pass", ErrorKind::Syntax, "multiple assignments to name 'a' in pattern", 2, 11),
    ("match x:\n case [*a, *b]: pass", ErrorKind::Syntax, "multiple starred names in sequence pattern", 2, 7),
    ("match x:\n case a | [a]: pass", ErrorKind::Syntax, "name capture 'a' makes remaining patterns unreachable", 2, 7),
    ("match x:\n case [a] | [b]: pass", ErrorKind::Syntax, "alternative patterns bind different names", 2, 7),
    ("match x:\n case {1: a, 1: b}: pass", ErrorKind::Syntax, "mapping pattern checks duplicate key (1)", 2, 7),
    ("match x:\n case {**a, 'b': c}: pass", ErrorKind::Syntax, "invalid syntax", 2, 13),
    ("match x:\n case __debug__: pass", ErrorKind::Syntax, "cannot assign to __debug__", 2, 7),
    ("def f(a, *, a): pass", ErrorKind::Syntax, "duplicate argument 'a' in function definition", 1, 13),
    ("lambda a, a: 0", ErrorKind::Syntax, "duplicate argument 'a' in function definition", 1, 11),
    ("def f[T]():\n nonlocal T", ErrorKind::Syntax, "nonlocal binding not allowed for type parameter 'T'", 2, 2),
    (
        "class C[T]:\n def f(self):\n  nonlocal T",
        ErrorKind::Syntax,
        "nonlocal binding not allowed for type parameter 'T'",
        3,
        3,
    ),
    ("f(a for a in b, c=1)", ErrorKind::Syntax, "Generator expression must be parenthesized", 1, 3),
    ("x = yield = 1", ErrorKind::Syntax, "assignment to yield expression not possible", 1, 5),
    ("(a, b) += 1", ErrorKind::Syntax, "'tuple' is an illegal expression for augmented assignment", 1, 1),
    ("a, b: int", ErrorKind::Syntax, "only single target (not tuple) can be annotated", 1, 1),
    ("a = 1 if b", ErrorKind::Syntax, "expected 'else' after 'if' expression", 1, 5),
    (
        "def f():\n x = 1\n def g():\n  x\n  nonlocal x",
        ErrorKind::Syntax,
        "name 'x' is used prior to nonlocal declaration",
        5,
        3,
    ),
    ("class A:\n x = 1\n def f(self):\n  nonlocal x", ErrorKind::Syntax, "no binding for nonlocal 'x' found", 4, 3),
    ("async def f():\n lambda: await x", ErrorKind::Syntax, "'await' outside async function", 2, 10),
    ("async def f():\n def g():\n  await x", ErrorKind::Syntax, "'await' outside async function", 3, 3),
    (
        "def f():\n return [[y async for y in x] for x in z]",
        ErrorKind::Syntax,
        "asynchronous comprehension outside of an asynchronous function",
        2,
        9,
    ),
    ("await x\n", ErrorKind::Syntax, "'await' outside function", 1, 1),
    ("def f():\n del x\n global x", ErrorKind::Syntax, "name 'x' is assigned to before global declaration", 3, 2),
    ("@(yield)\ndef f(): pass", ErrorKind::Syntax, "'yield' outside function", 1, 3),
    ("(*a) = b", ErrorKind::Syntax, "cannot use starred expression here", 1, 2),
    ("x = {*a, **b}", ErrorKind::Syntax, "invalid syntax", 1, 10),
    ("f'{*a}'", ErrorKind::Syntax, "can't use starred expression here", 1, 4),
    ("f'{yield}'", ErrorKind::Syntax, "'yield' outside function", 1, 4),
    ("return *a, b", ErrorKind::Syntax, "'return' outside function", 1, 1),
    ("yield *a", ErrorKind::Syntax, "'yield' outside function", 1, 1),
    ("def f(a, /, b, /): pass", ErrorKind::Syntax, "/ may appear only once", 1, 16),
    ("def f(*a, /): pass", ErrorKind::Syntax, "/ must be ahead of *", 1, 11),
    ("def f(*a, *b): pass", ErrorKind::Syntax, "* argument may appear only once", 1, 11),
    ("def f(*a=1): pass", ErrorKind::Syntax, "var-positional argument cannot have default value", 1, 9),
    ("def f(**k=1): pass", ErrorKind::Syntax, "var-keyword argument cannot have default value", 1, 10),
];

#[test]
fn errors_are_told_as_cpython_tells_them() {
    let mut wrong = Vec::new();
    for (source, kind, message, line, column) in ERRORS {
        match compile(source, &Options::new(Mode::Exec, "<test>")) {
            Ok(_) => wrong.push(format!("{source:?} compiles")),
            Err(e) if (e.kind, &*e.message, e.line, e.column) == (*kind, *message, *line, *column) => {}
            Err(e) => wrong.push(format!("{source:?}: {:?} {e}", e.kind)),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), ERRORS.len(), wrong.join("\n"));
}

#[test]
fn the_table_is_what_cpython_answers() {
    let Some(python) = adder_cpython::find_or_skip("the table of syntax errors") else { return };
    let script = "import sys\nfor source in sys.argv[1:]:\n try: compile(source, '<test>', 'exec')\n except SyntaxError as e: \
                  print(type(e).__name__, e.msg, e.lineno, e.offset, sep='|')\n else: print('compiles')";
    let mut command = adder_cpython::clean(std::process::Command::new(python));
    command.args(["-I", "-W", "ignore", "-c", script]).args(ERRORS.iter().map(|(source, ..)| source));
    let output = command.output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let name = |kind| match kind {
        ErrorKind::Syntax => "SyntaxError",
        ErrorKind::Indentation => "IndentationError",
        ErrorKind::Tab => "TabError",
        other => panic!("{other:?} is in the table"),
    };
    let expected: Vec<String> = ERRORS
        .iter()
        .map(|(_, kind, message, line, column)| format!("{}|{message}|{line}|{column}", name(*kind)))
        .collect();
    assert_eq!(answers.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn the_line_comes_along() {
    let error = compile("x = 1\ny = é €\n", &Options::new(Mode::Exec, "")).expect_err("it is wrong");
    assert_eq!(error.text.as_deref(), Some("y = é €\n"));
    assert_eq!((error.line, error.column, error.end_line, error.end_column), (2, 7, 2, 8), "columns count characters");
}

#[test]
fn annotations_hold_no_yield() {
    // Since annotations are computed late, in functions of their own.
    for source in ["def f(x: (yield)): pass", "x: (y := 1)", "async def f() -> (await x): pass"] {
        let error = compile(source, &Options::new(Mode::Exec, "")).expect_err(source);
        assert!(error.message.ends_with(" cannot be used within an annotation"), "{source}: {}", error.message);
    }
}

#[test]
fn any_beginning_of_a_text_is_code_or_an_error() {
    let source = "@a\nasync def f[T](x: int = 'b', *y, **z) -> C:\n  'd'\n  with a as b, c(): await [q async for q in w]\n  \
                  match x:\n    case {'k': [1, *r]} | None: return f'{x!r:>{y}}' + t'{z}'\n  try: pass\n  except* E as e: \
                  del e\n  finally: x = y = (lambda p, /, *, k=0: (yield))\n";
    for end in 0..=source.len() {
        for mode in [Mode::Exec, Mode::Eval, Mode::Single] {
            // Only that it comes back.
            let _ = compile(&source[..end], &Options::new(mode, ""));
        }
        let mut changed = source.to_owned();
        changed.insert_str(end, [")", "'", ":", "\n ", "=", "\\", "{"][end % 7]);
        let _ = compile(&changed, &Options::new(Mode::Exec, ""));
    }
}

#[test]
fn a_repl_takes_one_statement() {
    let single = |source: &str| compile(source, &Options::new(Mode::Single, "")).map(drop).map_err(|e| e.message);
    assert_eq!(single("a; b\n"), Ok(()));
    assert_eq!(single("if a:\n  b\n  c\n"), Ok(()));
    let text = "multiple statements found while compiling a single statement";
    assert_eq!(single("a\nb"), Err(text.to_owned()));
    assert_eq!(single("if a: b\nc"), Err(text.to_owned()));
}
