# Queues between threads, and pools of threads.
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, TimeoutError, CancelledError

work, results = queue.Queue(maxsize=4), queue.SimpleQueue()


def worker():
    while (n := work.get()) is not None:
        results.put(n * n)
        work.task_done()
    work.task_done()


threads = [threading.Thread(target=worker) for _ in range(3)]
for t in threads:
    t.start()
for n in range(20):
    work.put(n)
for _ in threads:
    work.put(None)
work.join()
for t in threads:
    t.join()
print(sorted(results.get() for _ in range(20)), results.empty(), results.qsize())
try:
    results.get(timeout=0.01)
except queue.Empty:
    print("empty")
try:
    results.get_nowait()
except queue.Empty:
    print("empty")
try:
    results.get(timeout=-1)
except ValueError as error:
    print(error)

small = queue.PriorityQueue(2)
small.put((2, "b"))
small.put((1, "a"))
try:
    small.put_nowait((3, "c"))
except queue.Full:
    print("full")
print(small.get(), small.get())

stack = queue.LifoQueue()
for n in range(3):
    stack.put(n)
print([stack.get() for _ in range(3)])
stack.shutdown()
try:
    stack.get()
except queue.ShutDown:
    print("shut down")

with ThreadPoolExecutor(max_workers=3, thread_name_prefix="pool") as pool:
    print(list(pool.map(pow, range(6), [2] * 6)))
    futures = [pool.submit(divmod, 17, n) for n in (5, 0, 3)]
    done, pending = wait(futures)
    print(len(done), len(pending))
    for future in futures:
        print(future.result() if future.exception() is None else repr(future.exception()))
    print(sorted(f.result() for f in as_completed([pool.submit(len, "x" * n) for n in range(4)])))
    release = threading.Event()
    busy = [pool.submit(release.wait) for _ in range(3)]
    waiting = pool.submit(print, "never printed")
    print(waiting.cancel(), waiting.cancelled())
    try:
        busy[0].result(timeout=0.01)
    except TimeoutError:
        print("timeout")
    try:
        waiting.result()
    except CancelledError:
        print("cancelled")
    release.set()
try:
    pool.submit(len, "")
except RuntimeError as error:
    print(error)
