"""Warnings: filters, registries, where they belong, and what is wrong with the arguments."""
import os, sys, warnings


class Short:
    """Standard output, without the folder that this file lies in."""

    def write(self, text):
        return sys.stdout.write(text.replace(os.path.dirname(os.path.abspath(__file__)) + os.sep, ""))

    def flush(self):
        sys.stdout.flush()


sys.stderr = Short()
def f():
    warnings.warn("in f", stacklevel=2)
f(); f()
for i in range(2):
    warnings.warn("loop")
warnings.warn(DeprecationWarning("main dep"))
with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    warnings.warn("x", UserWarning); f()
print([(str(w.message), w.category.__name__, w.lineno, os.path.basename(w.filename)) for w in log])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try: warnings.warn("boom", RuntimeWarning)
    except RuntimeWarning as e: print("raised", e)
for bad in [lambda: warnings.warn("x", int), lambda: warnings.warn("x", 5), lambda: warnings.warn("x", skip_file_prefixes=[]), lambda: warnings.warn(), lambda: warnings.warn_explicit("x", UserWarning, 5, 3), lambda: warnings.warn("x", skip_file_prefixes=(1,))]:
    try: bad()
    except Exception as e: print(type(e).__name__, e)
warnings.simplefilter("once")
for i in range(3): warnings.warn("only once")
warnings.warn_explicit("expl", UserWarning, "nofile.py", 7, registry={})
r = {}
warnings.simplefilter("module")
warnings.warn_explicit("expl", UserWarning, "nofile.py", 7, "m", r)
warnings.warn_explicit("expl", UserWarning, "nofile.py", 8, "m", r)
print(sorted((str(k), v) for k, v in r.items() if k != 'version'))
warnings.filters.insert(0, ("bogus", None, Warning, None, 0)); warnings._filters_mutated() if hasattr(warnings, "_filters_mutated") else None
try: warnings.warn("q")
except Exception as e: print(type(e).__name__, e)
