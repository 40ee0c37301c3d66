# What PyErr_* sets, takes and shows; what PyException_* holds; warnings.
import io
import signal
import subprocess
import sys
import tempfile
import warnings

import errors

print(*errors.set(), sep='\n')
print(*errors.take(), sep='\n')
print('- handled')
print(*errors.handled(lambda: repr(sys.exception())))
try:
    1 / 0
except ZeroDivisionError:
    print(*errors.handled(lambda: repr(sys.exception())))
    print(repr(sys.exception()))
print('- conversions')
encode = UnicodeEncodeError('ascii', 'a\xe4b', 1, 2, 'why')
decode = UnicodeDecodeError('utf-8', b'a\xffbc', 1, 2, 'why not')
translate = UnicodeTranslateError('abcde', 2, 3, 'no reason')
empty = UnicodeEncodeError.__new__(UnicodeEncodeError)
print(*errors.unicode(encode, decode, empty), sep='\n')
print(errors.encode(encode))
print(errors.decode(decode))
print(errors.translate(translate))
wrong = UnicodeEncodeError('ascii', 'a\xe4b', 1, 2, 'why')
wrong.object = 5
wrong.reason = 5
print(*errors.encode(wrong), sep='\n')
print('- warnings')
for category in (None, UserWarning, DeprecationWarning):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('default')
        print(errors.warn(category))
    for warning in caught:
        line = warning.lineno if 'file.py' in warning.filename or 'object.py' in warning.filename else 'here'
        print(warning.category.__name__, warning.message, warning.filename.split('/')[-1], line, type(warning.source).__name__)
with warnings.catch_warnings():
    warnings.simplefilter('error')
    print(*errors.warn(UserWarning), sep='\n')
with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    print(errors.warn(UserWarning))
print('- shown')
stderr, sys.stderr = sys.stderr, io.StringIO()
hooked = []
result = errors.show(['an object'])
text = sys.stderr.getvalue()
sys.unraisablehook = lambda info: hooked.append((info.exc_type.__name__, str(info.exc_value), info.err_msg, info.object))
sys.excepthook = lambda *info: hooked.append((info[0].__name__, str(info[1])))
errors.show(['an object'])
sys.stderr = stderr
sys.excepthook, sys.unraisablehook = sys.__excepthook__, sys.__unraisablehook__
print(result)
lines = [line for line in text.splitlines() if not line.startswith(('Traceback', '  '))]
print(*lines, sep='\n')
print(*hooked, sep='\n')
print(repr(sys.last_exc), sys.last_type, sys.last_value is sys.last_exc, sys.last_traceback)
for code in (3, None, 'a text'):
    program = f"import atexit, errors; atexit.register(print, 'at exit'); print('before'); print(errors.print_exit({code!r}))"
    ended = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True)
    print(ended.returncode, ended.stdout.split('\n'), repr(ended.stderr))
print('- places')
with tempfile.NamedTemporaryFile('w', suffix='.py') as file:
    file.write('first line\nsecond line\n')
    file.flush()
    for error in errors.syntax(file.name, file.name):
        if isinstance(error, str):
            print(repr(error))
            continue
        print(type(error).__name__, error.lineno, error.offset, error.filename == file.name, repr(error.text), error.end_lineno,
              error.end_offset, error.print_file_and_line, error.msg)


def outer():
    frame = sys._getframe()
    written = io.StringIO()
    print(errors.here(frame, written))
    lines = written.getvalue().splitlines()
    print(lines[0], len(lines) > 1, 'in outer' in lines[1])


outer()
print('- signals')
signal.signal(signal.SIGUSR1, lambda number, frame: print('handler of', number))
print(errors.interrupt())
print('- classes')
print(*errors.classes((KeyError, OSError)), sep='\n')
