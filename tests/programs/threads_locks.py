# Locks, conditions, events, semaphores, barriers, thread-local objects; what order there is is forced.
import _thread
import threading
import time

lock = threading.Lock()
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
try:
    lock.release()
except RuntimeError as error:
    print(error)
for bad in ((False, 1), (True, -2), (True, 1e30)):
    try:
        lock.acquire(*bad)
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)

again = threading.RLock()
with again:
    with again:
        print(again._is_owned(), again._recursion_count())
try:
    again.release()
except RuntimeError as error:
    print(error)

# A counter that many threads add to.
count = 0


def add():
    global count
    for _ in range(500):
        with lock:
            count += 1


threads = [threading.Thread(target=add) for _ in range(8)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(count)

# Who has a lock may be another thread than the one that gives it back.
held = _thread.allocate_lock()
held.acquire()
threading.Timer(0.02, held.release).start()
print(held.acquire(timeout=5))

# A condition: turns.
turn, out, condition = 0, [], threading.Condition()


def take_turns(number):
    global turn
    for _ in range(3):
        with condition:
            condition.wait_for(lambda: turn % 3 == number)
            out.append(number)
            turn += 1
            condition.notify_all()


threads = [threading.Thread(target=take_turns, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(out)

# A barrier and an event.
barrier, event, seen = threading.Barrier(3), threading.Event(), []


def meet(n):
    barrier.wait()
    event.wait()
    seen.append(n)


threads = [threading.Thread(target=meet, args=(n,)) for n in range(2)]
for t in threads:
    t.start()
barrier.wait()
print(seen, event.is_set())
event.set()
for t in threads:
    t.join()
print(sorted(seen))

# A semaphore never lets more in than it says.
gate, inside, most = threading.BoundedSemaphore(2), 0, 0


def enter():
    global inside, most
    with gate:
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.002)
        with lock:
            inside -= 1


threads = [threading.Thread(target=enter) for _ in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(most <= 2, inside)
try:
    gate.release()
except ValueError as error:
    print(error)


# Attributes of a thread's own; they go when it ends.
class Gone:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name)


class Own(threading.local):
    made = 0

    def __init__(self, start):
        self.value = start
        Own.made += 1


own = Own(7)
own.value += 1


def use():
    own.extra = Gone("extra")
    print(own.value, sorted(own.__dict__))


t = threading.Thread(target=use)
t.start()
t.join()
print(own.value, hasattr(own, "extra"), Own.made)
try:
    threading.local(1)
except TypeError as error:
    print(error)
try:
    own.__dict__ = {}
except AttributeError as error:
    print(error)
