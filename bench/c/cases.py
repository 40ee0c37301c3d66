"""One row of the table: runs the case that is named, and prints the seconds of processor time that it took."""

import random
import sys
import time

import crossing
import selection_sort


class Thing:
    pass


def empty():
    call = crossing.empty
    for _ in range(1_000_000):
        call(); call(); call(); call(); call(); call(); call(); call(); call(); call()


def arguments():
    call, a, b, c = crossing.empty, object(), "text", 1.5
    for _ in range(1_000_000):
        call(a, b, c); call(a, b, c); call(a, b, c); call(a, b, c); call(a, b, c)


def small_ints():
    call = crossing.empty
    for i in range(5_000_000):
        call(i)


def sort():
    numbers = list(range(2_000))
    random.Random(1).shuffle(numbers)
    for _ in range(10):
        selection_sort.selection_sort(numbers)


def build():
    for _ in range(20):
        crossing.build_list(1_000_000)


def append():
    for _ in range(20):
        crossing.append_list(1_000_000)


KEYS = [f"key{i}" for i in range(1000)]


def set_items():
    crossing.set_items(KEYS, 20_000)


def get_items():
    crossing.get_items(dict.fromkeys(KEYS), KEYS, 20_000)


def set_ints():
    crossing.set_items(list(range(1000)), 20_000)


def count():
    crossing.count(Thing(), 500_000_000)


case = globals()[sys.argv[1]]
start = time.process_time()
case()
print(time.process_time() - start)
