import datetime as d
import dates


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        # The texts of 3.14 say more.
        return f"{type(error).__name__}: {str(error).split(', not')[0]}"


print(dates.begin() is d.timezone.utc)
two = d.timezone(d.timedelta(hours=2), "two")
for args in ((2024, 2, 29), (1, 1, 1), (9999, 12, 31)):
    print(repr(attempt(dates.date, *args)))
for args in ((2023, 2, 29), (0, 1, 1), (1, 13, 1)):
    print(attempt(dates.date, *args).split(":")[0])
for args in ((2024, 2, 29, 23, 59, 58, 999999), (2024, 2, 29, 1, 2, 3, 4, 1), (2024, 2, 29, 1, 2, 3, 4, 0, two),
             (2024, 2, 29, 24, 0, 0, 0), (2024, 2, 29, 1, 2, 3, 4, 2), (2024, 2, 29, 1, 2, 3, 4, 0, 5)):
    print(repr(attempt(dates.datetime, *args)))
for args in ((1, 2, 3, 4), (23, 59, 59, 999999, 1), (1, 2, 3, 4, 1, two), (24, 0, 0, 0), (1, 2, 3, 4, 7), (1, 2, 3, 4, 0, "zone")):
    print(repr(attempt(dates.time, *args)))
for args in ((1, 2, 3), (-1, 0, 0), (0, 100000, 2000000), (999999999, 86399, 999999), (1000000000, 0, 0)):
    print(repr(attempt(dates.delta, *args)))
for args in ((d.timedelta(hours=-5),), (d.timedelta(minutes=90), "name"), (d.timedelta(0),), (d.timedelta(days=1),)):
    print(repr(attempt(dates.zone, *args)))
print(repr(attempt(dates.from_timestamp, (0, two), 0)), repr(attempt(dates.from_timestamp, (86400 * 365.5,), 1)))
print(attempt(dates.from_timestamp, ("text",), 0))
print(attempt(dates.from_timestamp, (), 1).split(":")[0])


class Date(d.date):
    pass


class DateTime(d.datetime):
    pass


for value in (d.date(2024, 2, 29), d.datetime(2024, 2, 29, 1, 2, 3, 405060, fold=1), d.datetime(1, 2, 3, tzinfo=two), d.time(1, 2, 3, 405060),
              d.time(1, tzinfo=two, fold=1), d.timedelta(-1, 5, 7), two, d.tzinfo(), Date(2001, 2, 3), DateTime(2001, 2, 3, 4, 5, 6), 3):
    print(dates.parts(value))
