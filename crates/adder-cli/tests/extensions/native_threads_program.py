"""PyThread_*, PyMutex_*, PyTime_* as a program sees them."""

import sys
import threading

import native_threads

print(native_threads.started(3, 1000))
print(native_threads.at_once(20000))
for name in ("locks", "keys", "times", "stack_sizes"):
    print(name, getattr(native_threads, name)())
print(native_threads.idents() == (threading.get_ident(), threading.get_native_id()))
print(native_threads.info() == sys.thread_info)
print(native_threads.sections([], {}))


# A mutex lets other threads of Python run meanwhile.
def work():
    for _ in range(20):
        native_threads.at_once(50)


threads = [threading.Thread(target=print, args=("a thread of Python's",))]
for thread in threads:
    thread.start()
work()
for thread in threads:
    thread.join()
