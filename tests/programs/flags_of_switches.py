"""`sys.flags` as the switches set them, in a process of its own for each. What depends on the machine or differs by nature is left out."""
import os
import subprocess
import sys

# The children take their warnings from their switches alone.
os.environ.pop("PYTHONWARNINGS", None)

SHOWN = """
import sys
left_out = {'dont_write_bytecode', 'hash_randomization', 'utf8_mode', 'gil', 'thread_inherit_context', 'context_aware_warnings'}
names = [name for name in dir(sys.flags) if not name.startswith('_') and name not in left_out | {'count', 'index', 'n_fields',
         'n_sequence_fields', 'n_unnamed_fields'}]
print({name: getattr(sys.flags, name) for name in names if getattr(sys.flags, name)})
print(type(sys.flags.dev_mode), type(sys.flags.safe_path), sys.get_int_max_str_digits(), sys.warnoptions)
"""

for switches in (
    [], ["-X", "dev"], ["-I"], ["-P"], ["-E", "-s"], ["-S"], ["-OO"], ["-q"], ["-b"], ["-bb"], ["-d"], ["-i"],
    ["-X", "int_max_str_digits=5000"], ["-X", "int_max_str_digits=0"], ["-X", "warn_default_encoding"],
    ["-X", "dev", "-W", "error"],
):
    run = subprocess.run([sys.executable, *switches, "-c", SHOWN], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    print(switches, run.returncode)
    print(run.stdout, end="")

LIMITED = "print(len(str(10 ** 4500)))"
for switches in ([], ["-X", "int_max_str_digits=5000"], ["-X", "int_max_str_digits=0"]):
    run = subprocess.run([sys.executable, *switches, "-c", LIMITED], capture_output=True, text=True)
    print(switches, run.returncode, run.stdout.strip())

DEBUGS = "import asyncio; print(asyncio.new_event_loop().get_debug())"
for switches in ([], ["-X", "dev"]):
    run = subprocess.run([sys.executable, *switches, "-W", "ignore", "-c", DEBUGS], capture_output=True, text=True)
    print(switches, run.returncode, run.stdout.strip())
