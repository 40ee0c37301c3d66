# Event loops: connections, tasks, timeouts, queues, children, threads, signals.
import asyncio
import contextvars
import os
import signal
import sys


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def talk():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        address = server.sockets[0].getsockname()[:2]

        async def client(n):
            reader, writer = await asyncio.open_connection(*address)
            for word in ("one", "two"):
                writer.write(f"{word} {n}\n".encode())
            writer.write_eof()
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            return answer

        print(await asyncio.gather(*(client(n) for n in range(3))))


async def groups():
    async def work(n):
        await asyncio.sleep(n / 100)
        if n == 3:
            raise ValueError(n)
        return n

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(n)) for n in range(3)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(asyncio.sleep(100))
            group.create_task(work(3))
    except* ValueError as found:
        print(found.exceptions, slow.cancelled())
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(100)
    except TimeoutError:
        print("timeout")
    try:
        await asyncio.wait_for(asyncio.sleep(100), 0.01)
    except TimeoutError:
        print("timeout again")
    task = asyncio.create_task(asyncio.sleep(100))
    await asyncio.sleep(0)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print(error.args)
    done, pending = await asyncio.wait(
        [asyncio.ensure_future(work(0)), asyncio.ensure_future(asyncio.sleep(100))],
        return_when=asyncio.FIRST_COMPLETED,
    )
    print(len(done), len(pending))
    for task in pending:
        task.cancel()


async def queues():
    queue, out = asyncio.Queue(2), []

    async def produce():
        for n in range(5):
            await queue.put(n)
        await queue.put(None)

    async def consume():
        while (n := await queue.get()) is not None:
            out.append(n)

    await asyncio.gather(produce(), consume())
    print(out)
    lock, order = asyncio.Lock(), []

    async def with_lock(n):
        async with lock:
            order.append(n)
            await asyncio.sleep(0)
            order.append(n)

    await asyncio.gather(*(with_lock(n) for n in range(3)))
    print(order)


async def outside():
    loop = asyncio.get_running_loop()
    print(await loop.run_in_executor(None, sum, range(10)), await asyncio.to_thread(len, "abc"))
    var = contextvars.ContextVar("var")
    var.set("kept")
    print(await asyncio.to_thread(var.get))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print(input() * 2)", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    print(await child.communicate(b"twice\n"), child.returncode)
    child = await asyncio.create_subprocess_shell("exit 4")
    print(await child.wait())
    arrived = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, arrived.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.wait_for(arrived.wait(), 10)
    print("signal", loop.remove_signal_handler(signal.SIGUSR1))
    future = loop.create_future()
    loop.call_later(0.01, future.set_result, "later")
    print(await future)
    one, two = await asyncio.gather(
        loop.getaddrinfo("127.0.0.1", 80), asyncio.sleep(0, "done"), return_exceptions=True
    )
    print(one[0][4], two)


async def generator():
    try:
        for n in range(10):
            yield n
            await asyncio.sleep(0)
    finally:
        print("closed")


async def main():
    await talk()
    await groups()
    await queues()
    await outside()
    async for n in generator():
        if n == 2:
            break


asyncio.run(main())
with asyncio.Runner() as runner:
    print(runner.run(asyncio.sleep(0, "from a runner")))
