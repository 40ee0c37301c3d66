"""What of a module's names can be called: not its loader and its spec."""
import os
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "some_functions.py"), "w") as file:
        file.write("def first(): pass\nclass Second: pass\nthird = 3\n")
    sys.path.insert(0, folder)
    import some_functions

print([name for name, value in vars(some_functions).items() if callable(value)])
print(callable(some_functions.__loader__), callable(some_functions.__spec__))
print(all(callable(finder) for finder in sys.meta_path), all(callable(hook) for hook in sys.path_hooks))
print(callable(exit), callable(license))
