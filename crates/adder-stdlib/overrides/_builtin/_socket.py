"""The part of the module _socket that is written in Python; it runs in the module's own namespace."""


def gethostbyname_ex(host, /):
    found = getaddrinfo(host, None, AF_INET, SOCK_STREAM, 0, AI_CANONNAME)
    addresses = []
    for entry in found:
        if entry[4][0] not in addresses:
            addresses.append(entry[4][0])
    return found[0][3] or host, [], addresses


def gethostbyaddr(host, /):
    family, _, _, _, address = getaddrinfo(host, None, 0, SOCK_STREAM)[0]
    try:
        name = getnameinfo(address, NI_NAMEREQD)[0]
    except gaierror as error:
        raise herror(1, "Unknown host") from error
    return name, [], [address[0]]


for _function in (gethostbyname_ex, gethostbyaddr):
    _function.__module__ = "_socket"
del _function
