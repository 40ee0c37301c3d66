"""A warehouse with parents and children, caches, observers and files: what Adder's memory is made for.

Run it with `adder run examples/inventory.py`, or under CPython 3.13: the output is the same.
"""

import gc
import os
import sys
import tempfile
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, field


class InventoryError(Exception):
    """Something that the warehouse refuses."""


class OutOfStock(InventoryError):
    def __init__(self, item, wanted):
        super().__init__(f"{wanted} of {item.name} wanted, {item.count} there")
        self.item = item
        self.wanted = wanted


@dataclass(order=True)
class Movement:
    """One line of the journal."""

    number: int
    what: str = field(compare=False)
    change: int = field(compare=False, default=0)

    def line(self):
        return f"{self.number:03d};{self.what};{self.change:+d}"

    @classmethod
    def parse(cls, line):
        number, what, change = line.rstrip("\n").split(";")
        return cls(int(number), what, int(change))


class Item:
    """A leaf of the tree. Its shelf is a strong link to the parent, so that every shelf is part of cycles."""

    __slots__ = ("name", "_count", "price", "shelf", "__weakref__")
    alive = 0

    def __init__(self, name, count, price, shelf):
        self.name, self._count, self.price, self.shelf = name, count, price, shelf
        Item.alive += 1

    def __del__(self):
        Item.alive -= 1

    def __repr__(self):
        return f"Item({self.name!r}, {self.count})"

    @property
    def count(self):
        return self._count

    @count.setter
    def count(self, value):
        if value < 0:
            raise OutOfStock(self, self._count - value)
        change, self._count = value - self._count, value
        self.shelf.warehouse.changed(self, change)

    @property
    def value(self):
        return self.count * self.price


class Shelf:
    """A node: it owns its items, and names its warehouse."""

    def __init__(self, label, warehouse):
        self.label, self.warehouse, self.items = label, warehouse, {}

    def add(self, name, count, price):
        if name in self.items:
            raise InventoryError(f"{name} is on shelf {self.label} already")
        item = self.items[name] = Item(name, count, price, self)
        return item

    def __iter__(self):
        return iter(self.items.values())


class Warehouse:
    """The root: shelves, observers that it does not keep alive, and a cache that forgets what nobody uses."""

    def __init__(self):
        self.shelves = {}
        self.observers = weakref.WeakSet()
        self.cache = weakref.WeakValueDictionary()
        self.journal = []

    def shelf(self, label):
        return self.shelves.setdefault(label, Shelf(label, self))

    def items(self):
        for _, shelf in sorted(self.shelves.items()):
            yield from shelf

    def find(self, name):
        """Looks an item up, through the cache."""
        item = self.cache.get(name)
        if item is None:
            item = next((item for item in self.items() if item.name == name), None)
            if item is None:
                raise KeyError(name)
            self.cache[name] = item
        return item

    def changed(self, item, change):
        self.journal.append(Movement(len(self.journal) + 1, item.name, change))
        for observer in sorted(self.observers, key=lambda observer: observer.order):
            observer.notice(item, change)

    @contextmanager
    def transaction(self, title):
        """All movements of the body, or none."""
        before = {item: item.count for item in self.items()}
        mark = len(self.journal)
        try:
            yield self
        except InventoryError as error:
            for item, count in before.items():
                item._count = count
            del self.journal[mark:]
            print(f"  {title}: taken back ({error})")
        else:
            print(f"  {title}: done, {len(self.journal) - mark} movements")


class LowStock:
    """An observer. The warehouse holds it weakly: when its owner goes, it is gone."""

    made = 0

    def __init__(self, limit):
        LowStock.made += 1
        self.order, self.limit, self.seen = LowStock.made, limit, []

    def notice(self, item, change):
        if change < 0 and item.count < self.limit:
            self.seen.append(f"{item.name}:{item.count}")


def fill(warehouse):
    tools, food = warehouse.shelf("tools"), warehouse.shelf("food")
    for name, count, price in [("hammer", 5, 12.5), ("saw", 3, 20.0), ("nail", 1000, 0.02)]:
        tools.add(name, count, price)
    for name, count, price in [("apple", 40, 0.5), ("bread", 12, 2.25)]:
        food.add(name, count, price)


def report(warehouse):
    for item in sorted(warehouse.items(), key=lambda item: (-item.value, item.name)):
        print(f"  {item.name:<8}{item.count:>6}{item.price:>8.2f}{item.value:>10,.2f}  {item.shelf.label}")
    print(f"  {'total':<22}{sum(item.value for item in warehouse.items()):>10,.2f}")


def save(journal, path):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(movement.line() + "\n" for movement in journal)
    return os.path.getsize(path)


def load(path):
    with open(path, encoding="utf-8") as file:
        return [Movement.parse(line) for line in file]


def main():
    gc.collect()
    gc.disable()
    warehouse = Warehouse()
    fill(warehouse)
    print("stock")
    report(warehouse)

    print("movements")
    watcher, strict = LowStock(4), LowStock(100)
    warehouse.observers.update([watcher, strict])
    with warehouse.transaction("an order"):
        warehouse.find("hammer").count -= 2
        warehouse.find("nail").count -= 950
    with warehouse.transaction("too large an order"):
        warehouse.find("apple").count -= 10
        warehouse.find("saw").count -= 7
    try:
        warehouse.shelf("tools").add("saw", 1, 1.0)
    except InventoryError as error:
        print(f"  {type(error).__name__}: {error}")
    try:
        warehouse.find("unicorn")
    except KeyError as error:
        print(f"  not found: {error}")
    print(f"  watcher saw {watcher.seen}, strict saw {strict.seen}")
    del strict
    print(f"  observers left: {len(warehouse.observers)}, cached: {sorted(warehouse.cache)}")

    print("files")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "journal.csv")
        print(f"  {save(warehouse.journal, path)} bytes written")
        again = load(path)
        print(f"  read back the same: {again == warehouse.journal}, last: {max(again)}")
    print(f"  the folder is gone: {not os.path.exists(folder)}")

    gc.collect()  # What the handled errors left behind: a traceback holds the frames that it went through.
    print("memory")
    item = warehouse.find("bread")
    print(f"  references to the bread: {sys.getrefcount(item)}, alive: {Item.alive}")
    del warehouse.shelf("food").items["bread"]
    print(f"  taken off its shelf, the name still holds it: {Item.alive}, cached: {'bread' in warehouse.cache}")
    del item
    print(f"  the last name went: {Item.alive}, cached: {'bread' in warehouse.cache}")
    gone = weakref.ref(warehouse)
    del warehouse
    print(f"  the warehouse and its shelves name each other: {Item.alive} items live, it is there: {gone() is not None}")
    found = gc.collect()
    print(f"  collected {'something' if found else 'nothing'}: {Item.alive} items live, it is there: {gone() is not None}")
    gc.enable()


if __name__ == "__main__":
    main()
