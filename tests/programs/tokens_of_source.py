"""The tokens of source texts, with their places, and the errors of texts that have none."""
import io
import tokenize

SOURCES = [
    "a = 1\n",
    "if x:\n    y  # why\n\n\nz\n",
    "class A:\n    def f(self): pass\n    # inside\n# outside\nx",
    "(a,\n  b)\n",
    "f'a{{b}}c{x!r:>{w}}d'\n",
    "f'{x=}' 'y' rb'z'\n",
    "f'''one\n{two}\nthree'''\n",
    "'a\\\nb' + \\\n 1_000.5e-3j\n",
    "a->b**=c//d<<=e:=...!=f\n",
    "\u00e9t\u00e9 = 'd\u00e9j\u00e0'\n",
    "a $ b ? c\n",
    "1if x else 0x1F\n",
    "a\r\nb\r\n",
]
ERRORS = [
    "(a,\n",
    "'open",
    "'''open\nmore",
    "f'{a",
    "f'open",
    "0b12",
    "1__0",
    "a \\ b",
    "if x:\n    y\n  z\n",
    "\tif x:\n        y",
    "f'}'",
]

for source in SOURCES:
    print(repr(source))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        print("   ", tokenize.tok_name[token.type], repr(token.string), token.start, token.end)

for source in ERRORS:
    try:
        count = sum(1 for _ in tokenize.generate_tokens(io.StringIO(source).readline))
        print(repr(source), count)
    except tokenize.TokenError as error:
        print(repr(source), *error.args)
    except SyntaxError as error:
        print(repr(source), type(error).__name__, error.msg, error.lineno)

with_encoding = b"# coding: latin-1\nx = '\xe9'\n"
for token in tokenize.tokenize(io.BytesIO(with_encoding).readline):
    print(tokenize.tok_name[token.type], repr(token.string))
