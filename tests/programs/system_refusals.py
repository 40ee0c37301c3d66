# What the system's modules refuse, and with which exceptions.
import _thread
import collections
import os
import pwd
import queue
import random
import select
import signal
import socket
import struct
import sys
import termios
import time
import typing


def refused(call, *args):
    try:
        print("accepted", call(*args))
    except Exception as error:
        parts = [type(error).__module__, type(error).__name__, str(error)]
        if isinstance(error, OSError):
            parts += [error.errno, error.filename, error.filename2]
        print(*parts)


reading, writing = os.pipe()
refused(os.read, reading, -1)
refused(os.pread, reading, -1, 0)
for move in (os.rename, os.replace, os.link):
    refused(move, "/no-such-folder/one", "/no-such-folder/two")
refused(os.symlink, "target", "/no-such-folder/two")
refused(os.mkdir, "/no-such-folder/one")
refused(os.readlink, "/no-such-folder/one")
refused(os.sysconf, "no such name")
refused(os.sysconf, 99999)
refused(os.sysconf, 1.5)
print(os.sysconf("SC_PAGESIZE") == os.sysconf("SC_PAGE_SIZE") == os.sysconf(os.sysconf_names["SC_PAGESIZE"]))
print(os.sysconf("SC_CLK_TCK"), os.sysconf("SC_NPROCESSORS_ONLN") >= 1)
print(os.get_blocking(reading), os.set_blocking(reading, False), os.get_blocking(reading))
refused(os.read, reading, 1)
refused(os.set_blocking, 99999, True)
print(len(os.urandom(1000)), len(set(os.urandom(32))) > 4)
refused(os.urandom, -1)
print(os.nice(0) == os.nice(0))
refused(os.getpriority, 99, 0)

one, other = socket.socketpair()
for view in (b"12", 5):
    refused(one.recv_into, view)
    refused(one.recvfrom_into, view)
    refused(one.recvmsg_into, [view])
one.settimeout(0.01)
refused(one.recv, 1)
other.send(b"abc")
space = bytearray(5)
print(one.recv_into(space), space)
refused(socket.getaddrinfo, "", None, 0, 99)
print(socket.gaierror.__mro__[1], socket.herror.__mro__[1], socket.gaierror.__module__)

for call, args in (
    (struct.pack_into, ("i", bytearray(4), 1, 7)),
    (struct.pack_into, ("i", bytearray(4), -3, 7)),
    (struct.pack_into, ("i", bytearray(4), -9, 7)),
    (struct.pack_into, ("i", b"1234", 0, 7)),
    (struct.unpack_from, ("i", bytes(4), 1)),
    (struct.unpack_from, ("i", bytes(4), -3)),
    (struct.unpack_from, ("i", bytes(4), -9)),
    (struct.unpack_from, ("i", bytes(4), -4)),
    (struct.pack_into, ("i", bytearray(4), sys.maxsize, 7)),
):
    refused(call, *args)

refused(termios.tcgetattr, reading)
print(termios.error, termios.error.__mro__[1])
refused(queue.SimpleQueue().get_nowait)
print(queue.Empty.__mro__[1])

P, Q = typing.ParamSpec("P"), typing.ParamSpec("Q")
print(P.args, P.kwargs, P.args == P.args, P.args == P.kwargs, P.args == Q.args, P.kwargs.__origin__ is P)


def derive(base):
    class Derived(base):
        pass


refused(derive, P.args)
refused(derive, P.kwargs)
refused(derive, typing.ParamSpecArgs)

nan, much, more = float("nan"), 1e10, 1e30
started = _thread.start_joinable_thread(print)
started.join()
for length in (nan, much, more):
    refused(select.select, [], [], [], length)
    refused(select.epoll().poll, length)
    refused(socket.socket().settimeout, length)
for call in (started.join, time.sleep, time.gmtime):
    refused(call, nan)
refused(queue.SimpleQueue().get, True, nan)
refused(select.poll().poll, nan)
refused(signal.sigtimedwait, [], nan)
refused(os.utime, ".", (nan, nan))

# Many items at both ends, and what is left of them.
items = collections.deque(range(1000), 500)
items.extendleft(range(300))
items.rotate(7)
items *= 3
print(len(items), items[0], items[-1], sum(items))
free = collections.deque([1, 2, 3])
free *= 4
free.insert(5, "x")
free.extend(free)
print(len(free), free.copy() == free, free + free == collections.deque(list(free) * 2), free.count("x"))
free.clear()
print(free, free * 3, collections.deque([0], 0))

random.seed()
state = random.getstate()
first = random.random()
random.setstate(state)
print(first == random.random())

# An iterator over a deque notices what has come since, also where there was nothing.
empty = collections.deque()
iterator = iter(empty)
empty.append(1)
refused(next, iterator)
print(list(empty), list(reversed(collections.deque("abc"))))
refused(pwd.getpwuid, 2**128)
refused(pwd.getpwuid, 2**32)
refused(pwd.getpwuid, -1)
