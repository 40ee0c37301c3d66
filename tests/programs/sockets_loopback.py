# Sockets on loopback: streams, datagrams, paths, timeouts, readiness, errors.
import errno
import os
import select
import selectors
import socket
import sys
import tempfile
import threading

server = socket.create_server(("127.0.0.1", 0))
address = server.getsockname()


def echo():
    connection, peer = server.accept()
    with connection:
        while data := connection.recv(64):
            connection.sendall(data.upper())


t = threading.Thread(target=echo)
t.start()
with socket.create_connection(address, timeout=10) as client:
    print(client.gettimeout(), client.getblocking(), client.getpeername() == address)
    client.sendall(b"one ")
    client.sendall(bytearray(b"two"))
    buffer = bytearray(16)
    got = 0
    while got < 7:
        got += client.recv_into(memoryview(buffer)[got:])
    print(got, bytes(buffer[:got]))
    with client.makefile("rw", encoding="ascii", newline="\n") as file:
        file.write("a line\n")
        file.flush()
        print(repr(file.readline()))
    client.shutdown(socket.SHUT_WR)
    print(client.recv(10))
t.join()
server.close()
print(server.fileno(), repr(server).startswith("<socket.socket [closed] fd=-1"))
try:
    server.accept()
except OSError as error:
    print(errno.errorcode[error.errno])

# Datagrams.
one, two = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
for s in (one, two):
    s.bind(("127.0.0.1", 0))
print(one.sendto(b"datagram", two.getsockname()))
data, sender = two.recvfrom(100)
print(data, sender == one.getsockname())
one.connect(two.getsockname())
one.send(b"more")
into = bytearray(10)
print(two.recvfrom_into(into)[0], bytes(into[:4]))
one.close()
two.close()

# Pairs, timeouts, no waiting.
a, b = socket.socketpair()
print(a.family == socket.AF_UNIX, a.type == socket.SOCK_STREAM)
a.settimeout(0.01)
try:
    a.recv(1)
except socket.timeout as error:
    print(type(error).__name__, error)
a.setblocking(False)
print(a.gettimeout())
try:
    a.recv(1)
except BlockingIOError as error:
    print(errno.errorcode[error.errno])
b.send(b"x")
print(select.select([a], [], [], 5)[0] == [a])
poll = select.poll()
poll.register(a, select.POLLIN)
print(poll.poll(0) == [(a.fileno(), select.POLLIN)])
poll.unregister(a)
try:
    poll.unregister(a)
except KeyError:
    print("not registered")
with select.epoll() as epoll:
    epoll.register(a.fileno(), select.EPOLLIN)
    print(epoll.poll(1) == [(a.fileno(), select.EPOLLIN)], epoll.closed)
print(epoll.closed)
with selectors.DefaultSelector() as selector:
    selector.register(a, selectors.EVENT_READ, "data")
    for key, events in selector.select(1):
        print(key.data, events == selectors.EVENT_READ, key.fileobj is a)
print(a.recv(5))

# Descriptors through a socket.
reader, writer = os.pipe()
a.sendmsg([b"f", b"ds"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, writer.to_bytes(4, sys.byteorder))])
message, [(level, kind, data)], flags, _ = b.recvmsg(10, socket.CMSG_SPACE(4))
print(message, level == socket.SOL_SOCKET, kind == socket.SCM_RIGHTS, len(data), flags)
fds = [int.from_bytes(data, sys.byteorder)]
os.write(fds[0], b"through")
print(os.read(reader, 10))
for fd in (reader, writer, *fds):
    os.close(fd)
print(a.detach() >= 0, a.fileno())
b.close()

# A path.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "socket")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(path)
        listener.listen()
        client.connect(path)
        connection, peer = listener.accept()
        connection.send(b"hi")
        print(client.recv(5), repr(peer), listener.getsockname() == path)
        connection.close()

# Options, names, numbers.
with socket.socket() as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    print(s.connect_ex(("127.0.0.1", 1)) == errno.ECONNREFUSED)
    for bad in (("127.0.0.1",), "127.0.0.1", ("127.0.0.1", 70000)):
        try:
            s.connect(bad)
        except (TypeError, OverflowError) as error:
            print(type(error).__name__, error)
print(socket.inet_aton("127.1"), socket.inet_ntoa(b"\x7f\0\0\1"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"))
print(socket.inet_pton(socket.AF_INET6, "::1")[-1], socket.htons(1), socket.ntohl(1))
try:
    socket.inet_pton(socket.AF_INET, "1.2.3")
except OSError as error:
    print(error)
try:
    socket.getaddrinfo("127.0.0.1", "no such service")
except socket.gaierror as error:
    print(type(error).__module__, isinstance(error, OSError))
family, kind, _, _, address = socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0]
print(family.name, kind.name, address)
