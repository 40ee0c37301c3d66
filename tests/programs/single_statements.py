"""What is compiled as a single statement shows its expression statements, also within a compound one, but not in functions."""
import contextlib

SOURCES = [
    "1\n",
    "'text'; 2; None\n",
    "for n in range(2):\n    n\n    (n, n)\n",
    "if True:\n    'a'\n    def f():\n        'quiet'\n        5\n    f()\n",
    "with contextlib.nullcontext(7) as x:\n    x\n    None\n    with contextlib.nullcontext(): x + 1\n",
    "class C:\n    'quiet'\n    1\n",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    error\nfinally:\n    'at last'\n",
    "match 3:\n    case 3:\n        'three'\n",
    "while True:\n    'once'\n    break\n",
    "[n for n in (1, 2)]\n",
    "(lambda: 5)()\n",
]
for source in SOURCES:
    print("==", source.split("\n")[0])
    exec(compile(source, "<single>", "single"))
