# A class hierarchy with abstract bases, properties, class and static methods, exceptions of its own, ordering and contexts.
from abc import ABC, abstractmethod
from contextlib import ExitStack, contextmanager, suppress
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import total_ordering
from itertools import count


class BankError(Exception):
    """Something about an account."""


class InsufficientFunds(BankError):
    def __init__(self, account, amount):
        self.account, self.amount = account, amount
        super().__init__(f"{account.owner} lacks {amount - account.balance:.2f}")


@total_ordering
class Account(ABC):
    _numbers = count(1001)
    registry = {}

    def __init_subclass__(cls, /, code, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.code = code
        Account.registry[code] = cls

    def __init__(self, owner, balance="0"):
        self.owner = owner
        self.number = next(self._numbers)
        self._balance = Decimal(balance)
        self.history = []

    @property
    def balance(self):
        return self._balance.quantize(Decimal("0.01"), ROUND_HALF_UP)

    @balance.setter
    def balance(self, value):
        if value < self.limit():
            raise InsufficientFunds(self, self._balance - value)
        self.history.append(value - self._balance)
        self._balance = value

    @abstractmethod
    def limit(self):
        """The least that may be left."""

    @classmethod
    def open(cls, code, *args, **kwargs):
        return cls.registry[code](*args, **kwargs)

    @staticmethod
    def parse(text):
        return Decimal(text.replace(",", "").lstrip("$"))

    def __iadd__(self, amount):
        self.balance = self._balance + amount
        return self

    def __isub__(self, amount):
        self.balance = self._balance - amount
        return self

    def __eq__(self, other):
        return isinstance(other, Account) and self._balance == other._balance

    def __lt__(self, other):
        return self._balance < other._balance

    def __hash__(self):
        return hash(self.number)

    def __repr__(self):
        return f"<{self.code} {self.number} {self.owner}: {self.balance}>"

    def __format__(self, spec):
        return format(f"{self.owner} {self.balance:,.2f}", spec)


class Checking(Account, code="C"):
    overdraft = Decimal(100)

    def limit(self):
        return -self.overdraft


class Savings(Account, code="S"):
    def __init__(self, owner, balance="0", rate="0.0125"):
        super().__init__(owner, balance)
        self.rate = Decimal(rate)

    def limit(self):
        return Decimal(0)

    def add_interest(self):
        self += self._balance * self.rate


@contextmanager
def transaction(*accounts):
    before = [account._balance for account in accounts]
    try:
        yield accounts
    except BankError as error:
        for account, balance in zip(accounts, before, strict=True):
            account._balance = balance
        print("rolled back:", error)
    else:
        print("committed", *accounts)
    finally:
        print("end of the transaction")


ann, bob = Account.open("C", "Ann", "250.505"), Account.open("S", "Bob", balance="1000")
print(ann, bob, ann < bob, ann >= bob, max(ann, bob).owner, sorted([bob, ann]))
with transaction(ann, bob):
    ann -= Decimal(300)
    bob += Decimal(300)
with transaction(ann, bob):
    bob += Decimal(1)
    ann -= Decimal("50.55")
bob.add_interest()
print(bob, bob.history, f"[{bob:>20}] [{ann:<16}]")
print(Account.parse("$1,234.50"), Account.registry)
try:
    Account("nobody")
except TypeError as error:
    print(error)
try:
    class Bad(Account):
        pass
except TypeError as error:
    print(error)
with suppress(InsufficientFunds):
    bob -= 10**6
    print("not reached")
try:
    bob -= 10**6
except BankError as error:
    print(repr(error), error.account is bob, error.amount, isinstance(error, InsufficientFunds), error.__doc__, BankError.__doc__)
with ExitStack() as stack:
    stack.callback(print, "last")
    stack.enter_context(transaction(ann))
    stack.push(lambda kind, value, tb: print("saw", kind and kind.__name__) or kind is KeyError)
    raise KeyError("swallowed")
with localcontext() as context:
    context.prec = 5
    print(Decimal(1) / Decimal(3), Decimal("2").sqrt())
print(Decimal(1) / Decimal(3), Decimal("0.1") + Decimal("0.2"), Decimal("1E+3").normalize(), Decimal("-0"), Decimal("NaN"), round(Decimal("2.675"), 2), Decimal("7") // 2, Decimal("-7") % 3, divmod(Decimal(7), 3))
print({ann: 1, bob: 2}[ann], hash(ann) == hash(ann.number), Checking.mro()[:3], Savings.limit.__qualname__)
