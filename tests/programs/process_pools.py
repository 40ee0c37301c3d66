"""multiprocessing and concurrent.futures: pools, queues, pipes, locks, managers, shared memory, in all ways to start a process."""
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import shared_memory

sys.stdin = open(os.devnull)


def square(x):
    return x * x


def fail(x):
    raise ValueError(x)


def work(queue, lock, number):
    with lock:
        queue.put((number, os.getpid() != multiprocessing.parent_process().pid))


def answer(connection):
    connection.send(["got", connection.recv()])
    connection.close()


def fill(name):
    memory = shared_memory.SharedMemory(name)
    memory.buf[:5] = b"child"
    memory.close()


def all_of(context):
    with context.Pool(2) as pool:
        print(pool.map(square, range(10), chunksize=3), pool.apply(square, (7,)), sorted(pool.imap_unordered(square, range(4))))
        print(pool.starmap(pow, [(2, 3), (3, 2)]), pool.apply_async(square, (5,)).get(60))
        try:
            pool.apply(fail, (3,))
        except ValueError as error:
            print("failed", error)
    queue, lock = context.Queue(), context.Lock()
    processes = [context.Process(target=work, args=(queue, lock, number)) for number in range(3)]
    for process in processes:
        process.start()
    print(sorted(queue.get(timeout=60) for _ in processes))
    for process in processes:
        process.join()
    print([process.exitcode for process in processes])
    near, far = context.Pipe()
    process = context.Process(target=answer, args=(far,))
    process.start()
    near.send({"key": (1, 2.5, None)})
    print(near.recv())
    process.join()
    with context.Manager() as manager:
        shared, items = manager.dict(), manager.list([1])
        process = context.Process(target=shared.update, args=({"x": 1},))
        process.start()
        process.join()
        items.append(2)
        print(dict(shared), list(items))
    memory = shared_memory.SharedMemory(create=True, size=16)
    process = context.Process(target=fill, args=(memory.name,))
    process.start()
    process.join()
    print(bytes(memory.buf[:5]))
    memory.close()
    memory.unlink()


def executor(context):
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        print(list(pool.map(square, range(5))), pool.submit(sum, [1, 2]).result())
        print(repr(pool.submit(fail, 1).exception()))


if __name__ == "__main__":
    all_of(multiprocessing.get_context("fork"))
    executor(multiprocessing.get_context("fork"))
    for method in ("spawn", "forkserver"):
        print(method)
        executor(multiprocessing.get_context(method))
