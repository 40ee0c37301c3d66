# What every unit of PyArg_* takes and refuses; what Py_BuildValue and the formats make.
import array
import io
import sys

import arguments
from arguments import parse


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


class Float:
    def __float__(self):
        return 2.5


class Complex:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


class Fails:
    def __index__(self):
        raise LookupError('no index')

    def __bool__(self):
        raise LookupError('no truth')

    def __len__(self):
        raise LookupError('no length')

    def __getitem__(self, at):
        raise LookupError('no item')


class Pair:
    def __len__(self):
        return 2

    def __getitem__(self, at):
        return [10, 20][at]


def show(*what):
    try:
        print(*what, '->', parse(*what))
    except Exception as error:
        print(*what, 'RAISED', type(error).__name__, error)


print('- ints')
for unit in 'bBhHiIlkLKn':
    for value in (0, 1, -1, 127, 255, 256, 32767, 32768, -32768, -32769, 65536, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1,
                  2**32, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64 - 1, 2**64, True, 1.5, 'x', None, Index(7), Fails()):
        text = repr(value) if not isinstance(value, (Index, Fails)) else type(value).__name__
        print(unit, text, '->', parse('t', unit, unit, (value,)))
print('- floats')
for unit in 'fd':
    for value in (1, 0.1, 1e300, Float(), Index(3), 'x', None, 10**400):
        text = repr(value)[:12] if not isinstance(value, (Index, Float)) else type(value).__name__
        print(unit, text, '->', parse('t', unit, unit, (value,)))
for value in (1 - 2j, 3, 0.5, Float(), Index(3), Complex(4j), Complex(5), 'x', None, 10**400):
    text = repr(value)[:12] if not isinstance(value, (Index, Float, Complex)) else type(value).__name__
    print('D', text, '->', parse('t', 'D', 'D', (value,)))
print('- characters and truth')
for value in (b'x', b'', b'xy', bytearray(b'y'), bytearray(b'yz'), 'x', 5, None):
    show('t', 'c', 'b', (value,))
for value in ('x', '\U0001f40d', '', 'xy', b'x', 5, None):
    show('t', 'C', 'i', (value,))
for value in (0, 5, '', 'x', None, []):
    show('t', 'p', 'i', (value,))
print(parse('t', 'p', 'i', (Fails(),)))
print('- objects')
for unit in 'OSYU':
    for value in (b'x', bytearray(b'x'), 'x', 5, None):
        show('t', unit, 'O', (value,))
show('t', 'O!', 'TO', ([1],))
show('t', 'O!', 'TO', ((1,),))
show('t', 'O!', 'TO', (None,))
show('t', 'O&', 'C&', (5,))
show('t', 'O&', 'C&', ('x',))
show('t', 'O&', 'C&', (2.5,))
print('- texts')
values = ('text', 'n\0l', '\xe4\u20ac', '\ud800', b'bytes', b'n\0l', bytearray(b'array'), memoryview(b'view'), array.array('B', b'arr'),
          5, None)
for unit, shape in (('s', 's'), ('z', 's'), ('y', 's'), ('s#', '#-'), ('z#', '#-'), ('y#', '#-'), ('s*', '*'), ('z*', '*'), ('y*', '*')):
    for value in values:
        text = 'memoryview' if isinstance(value, memoryview) else ascii(value)
        print(unit, text, '->', ascii(parse('t', unit, shape, (value,))))
for value in (bytearray(b'array'), b'bytes', memoryview(bytearray(b'view')), memoryview(b'view'), 'text', None,
              memoryview(bytearray(b'strided'))[::2]):
    shown = type(value).__name__
    print('w*', shown, '->', parse('t', 'w*', '*', (value,)))
    print('y*', shown, '->', parse('t', 'y*', '*', (value,)))
changed = bytearray(b'changed')
parse('t', 'w*', '*', (changed,))
changed.append(1)
print(changed)
show('t', 'w', 's', (changed,))
print('- encoded')
for unit, shape in (('es', 'xe'), ('et', 'xe'), ('es', 'Ne'), ('es#', 'xE-'), ('et#', 'xE-'), ('es#', 'xu-')):
    for value in ('abc', '\xe4', '\u20ac', 'n\0l', b'abc', b'n\0l', bytearray(b'arr'), 5, None, 'too long'):
        print(unit, shape, ascii(value), '->', ascii(parse('t', unit, shape, (value,))))
show('t', 'ex', 'xe', ('abc',))
print('- what was handed out is taken back')
for unit, shape, value in (('es', 'xe', 'abc'), ('es#', 'xE-', 'abc'), ('s*', '*', 'abc'), ('y*', '*', b'abc'), ('w*', '*', changed)):
    show('t', unit + 'i', shape + 'i', (value, 'no int'))
changed.append(2)
before = arguments.times_cleaned()
show('t', 'O&O&i', 'C&C&i', (1, 2, 'no int'))
show('t', 'O&O&', 'C&C&', (1, 2.5))
show('t', 'O&i', 'C&i', (1, 2))
print(arguments.times_cleaned() - before)
print('- sequences')
show('t', '(ii)', 'ii', ((1, 2),))
show('t', '(ii)i', 'iii', ([1, 2], 3))
show('t', '((ii)(s))i', 'iisi', (([1, 2], ['x']), 3))
print(parse('t', '(ii)', 'ii', (Pair(),)))
show('t', '(ii)', 'ii', (range(2),))
show('t', '(CC)', 'ii', ('ab',))
for value in ((1,), (1, 2, 3), 5, None, b'ab', {1: 2}, {1, 2}, (1, 'x'), ('x', 1)):
    show('t', '(ii)', 'ii', (value,))
    show('t', '(ii):f', 'ii', (value,))
show('t', '((ii)(s))i:f', 'iisi', (([1, 2], [3]), 3))
show('t', '(O(O(i)))', 'OOi', ((1, (2, ('x',))),))
show('t', '(OO)', 'OO', (([1], [2]),))
show('t', '()', '', ((),))
print(parse('t', '(ii)', 'ii', (Fails(),)))
print('- numbers of arguments')
for n in range(4):
    for format in ('', 'i', 'ii', 'i|i', '|i', '|ii', '', 'i:name', 'ii:name', 'i|i:name', 'i|i;a message', ':name', 'es:name', '(ii)|i:f'):
        print(n, format, '->', parse('t', format, 'iiii' if 'e' not in format[:2] else 'xe', tuple(range(n))))
show('t', 'i;a message of its own', 'i', ('x',))
show('t', 's:name', 's', (5,))
show('t', 'is:name', 'is', (5, 5))
show('t', 'i?', 'i', (5,))
show('t', '?', 'i', (5,))
show('t', 'i\x01', 'i', (5,))
show('t', 'i', 'i', [5])
print('- one')
show('o', 'i', 'i', 5)
show('o', 'i:name', 'i', 'x')
show('o', '(is)', 'is', (5, 'x'))
show('o', '(is)', 'is', (5, 6))
show('o', '(i(s))', 'is', (5, (6,)))
show('o', '(is):name', 'is', (5, 6))
show('o', '', '', 5)
show('o', ':name', '', 5)
show('o', 'ii', 'ii', 5)
show('o', '|i', 'i', 5)
show('o', 's', 's', None)
print('- keywords')
names = ('a', 'b', 'c')
for args, keywords in (
    ((1, 2, 3), None), ((1, 2), {'c': 3}), ((1,), {'c': 3}), ((), {'a': 1, 'b': 2, 'c': 3}), ((), None), ((1,), {'a': 2}),
    ((1, 2, 3, 4), None), ((1, 2), {'a': 1, 'x': 2}), ((1,), {'b': 2, 'x': 3}), ((), {'a': 1, 'b': 2, 'c': 3, 'd': 4}),
    ((), {'b': 1}), ((1, 2), {'d': 3}), ((1, 'x'), {}), ((1,), {'b': 'x'}), ((1, 2), {5: 3}),
):
    for format in ('iii:f', 'i|ii:f', '|iii:f', 'ii|$i:f', '|i$ii:f', 'i$ii', '|iii', 'ii$i:f'):
        print(format, args, keywords, '->', parse('k', format, 'iii', args, keywords, names))
for args, keywords in (((), None), ((1,), None), ((1, 2), None), ((1,), {'c': 3}), ((1, 2), {'c': 3}), ((), {'c': 3}), ((1, 2, 3), None), ((1, 2), {'': 3})):
    for format in ('iii:f', 'i|ii:f', 'ii|i:f', 'ii$i:f', 'ii|$i:f', '|ii$i', 'i|i$i:f'):
        print('positional', format, args, keywords, '->', parse('k', format, 'iii', args, keywords, ('', '', 'c')))
for format, list in (('ii', names), ('iiii', names), ('i||ii', names), ('i$$ii', names), ('i$i|i', names), ('$iii', ('', 'b', 'c')),
                     ('iii', ('a', '', 'c')), ('i|ii', names), ('i|?i', names)):
    show('k', format, 'iii', (1,), None, list)
    show('k', format, 'iii', (1,), {'c': 2}, list)
    show('k', format, 'iii', (1, 2, 3), None, list)
# Units that are passed over.
show('k', 'i|O!O&es#s*(iO)s#z*wyi', 'i-------', (1,), None, ('a',) * 10)
show('k', '|O!O&es#i', 'TOC&xE-i', (), {'d': 5}, ('a', 'b', 'c', 'd'))
show('k', '|s#s*(iO)i', '#-*iOi', (), {'d': 5}, ('a', 'b', 'c', 'd'))
show('k', '|(i(i)i', 'iii', (), {'d': 5}, ('a', 'b', 'c', 'd'))
show('k', 'O', 'O', (), {'\u20ac': 1}, ('\u20ac',))
show('k', 'O;a message', 'O', ('x', 'y'), None, ('a',))
show('k', 'i;a message', 'i', ('x',), None, ('a',))
for wrong in ([1], (1,)):
    try:
        print(parse('k', 'i', 'i', wrong, wrong, ('a',))[:11])
    except SystemError as error:
        print('SystemError')
print(arguments.lists(1), arguments.lists(1, 2, 'x'))
for args in ((), ('x',), (1, 2, 3), (1, 2, 'x', 4)):
    try:
        print(arguments.lists(*args))
    except TypeError as error:
        print(error)
print(arguments.unpack(1), arguments.unpack(1, 2, 3))
for args in ((), (1, 2, 3, 4)):
    try:
        arguments.unpack(*args)
    except TypeError as error:
        print(error)
print(*arguments.checks(), sep='\n')
print('- built')
print(*map(ascii, arguments.build('an object')), sep='\n')
count = sys.getrefcount(marker := ['marker'])
arguments.build(marker)
print(sys.getrefcount(marker) - count)


class Object:
    number = 5

    def method(self, *args):
        return args

    def fails(self, n):
        raise LookupError(n)


print('- calls')
print(*arguments.call(lambda *args: args, Object()), sep='\n')
print('- formats')


class Shown:
    def __str__(self):
        return 'str \xe4'

    def __repr__(self):
        return 'repr \u20ac'


class Outer:
    class Inner:
        pass


Outer.__module__ = Outer.Inner.__module__ = 'package.module'
shown = Outer.Inner()
print(*(ascii(line) for line in arguments.text(Shown(), Outer.Inner)), sep='\n')
Shown.__repr__ = lambda self: 1 / 0
print(*(ascii(line) for line in arguments.text(Shown(), int)[27:30]), sep='\n')
print(*arguments.bytes(), sep='\n')
print(*arguments.os_printf(), sep='\n')
error = sys.stderr
sys.stderr = io.StringIO()
print(arguments.stream(['object']))
print(repr(sys.stderr.getvalue()))
sys.stderr = error
