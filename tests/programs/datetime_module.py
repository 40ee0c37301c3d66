"""The types of the module datetime: what they are made of, their operators, texts, and what pickling keeps."""
import copy
import gc
import os
import pickle
import time as clock

import _datetime
import datetime as module
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

os.environ["TZ"] = "CET-1CEST,M3.5.0,M10.5.0/3"
clock.tzset()


def show(*values):
    print(*map(repr, values))


def fails(function, *args, **names):
    try:
        print("no error:", repr(function(*args, **names)))
    except Exception as error:
        print(type(error).__name__ + ":", error)


print("== the types")
for one in (date, time, datetime, timedelta, tzinfo, timezone):
    print(one, one.__base__.__name__, one.__module__, getattr(_datetime, one.__name__) is one)
    print(" ", one.__basicsize__, gc.is_tracked(one.__new__(one, *{date: (1, 1, 1), datetime: (1, 1, 1),
                                                                       timezone: (timedelta(0),)}.get(one, ()))))
show(module.MINYEAR, module.MAXYEAR, UTC is timezone.utc, repr(_datetime.datetime_CAPI).split(" at ")[0])
show(date.min, date.max, date.resolution, time.min, time.max, datetime.min, datetime.max, timedelta.min, timedelta.max)
show(timezone.min, timezone.max, timezone.utc)

print("== differences of times")
show(timedelta(), timedelta(1, 2, 3), timedelta(days=-1, hours=5), timedelta(weeks=1.5, microseconds=-1))
print(timedelta(0), timedelta(-1), timedelta(5, 3661, 12), timedelta(hours=-25), sep=" | ")
for halves in (0.5, 1.5, 2.5, -0.5, -1.5):
    show(timedelta(microseconds=halves), timedelta(microseconds=1) * halves)
day, hour = timedelta(1), timedelta(hours=1)
show(day + hour, day - hour, -hour, +hour, abs(-hour), day * 3, 3 * day, day * 0.1, day / 7, day / hour, day // hour)
show(day // 7, day % (7 * hour), divmod(day, 7 * hour), divmod(-day, 7 * hour), bool(day), bool(timedelta()))
show(day / 1e-3, timedelta(10**40, hours=-24 * 10**40, seconds=1), day.total_seconds(), timedelta.max.total_seconds())
longest = timedelta.max
show(longest * 0.5, longest / 3, longest // 7 * 6, longest % (day * 200_000_000), longest / 1.5, timedelta.min / 1e3)
show(hash(day) == hash(timedelta(hours=24)), day == hour * 24, day > hour, day != 1, day == "x")
for args in [("a",), (float("nan"),), (float("inf"),), (10**20,), (999999999, 86400), (1, 2, 3, 4, 5, 6, 7, 8)]:
    fails(timedelta, *args)
fails(timedelta, fortnights=1)
for function in (lambda: day / 0, lambda: day // 0, lambda: day % timedelta(0), lambda: day + 1, lambda: day < 1,
                 lambda: day * 1e300, lambda: timedelta.max + day, lambda: day * day, lambda: 1 / day):
    fails(function)

print("== dates")
d = date(2024, 2, 29)
show(d, str(d), d.year, d.month, d.day, d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), d.ctime())
show(d + day, d - day, day + d, d - date(2000, 1, 1), d.replace(year=2020), tuple(d.timetuple()), d.strftime("%A %d %j"))
show(date.fromordinal(730000), date.fromisoformat("20240229"), date.fromisoformat("2024-W09-4"), f"{d:%d.%m.}", f"{d}")
show(date.fromisocalendar(2020, 53, 7), date.fromtimestamp(0), copy.replace(d, day=1))
year, week, weekday = d.isocalendar()
show(year, week, weekday, d.isocalendar().week, d.isocalendar().__reduce__())
show(d < date(2024, 3, 1), d == date(2024, 2, 29), hash(d) == hash(date(2024, 2, 29)), d == datetime(2024, 2, 29))
for args in [(), (2000,), (2000, 1, 1, 1), ("x", 1, 1), (1.5, 1, 1), (10**10, 1, 1), (10**30, 1, 1)]:
    fails(date, *args)
fails(date, 2000, 1, day=1, month=2)
fails(date.fromisoformat, "2024-2-29")
fails(date.fromisoformat, 7)
fails(date.fromordinal, 0)
fails(lambda: date.max + day)
fails(lambda: d < 1)
fails(lambda: d < datetime.min)
fails(lambda: d - 1)
fails(d.replace, 1, 2, 3, 4)
fails(d.__format__, 3)

print("== times")
t = time(1, 2, 3, 40_000)
show(t, str(t), time(5), time(0, 0, 0, 1), time(1, fold=1), time(1, tzinfo=UTC, fold=1), t.replace(minute=59, fold=1), t.strftime("%H-%M-%S.%f%z%Z"))
for spec in ("auto", "hours", "minutes", "seconds", "milliseconds", "microseconds"):
    print(t.isoformat(timespec=spec), datetime(2000, 1, 1, 1, 2, 3, 4).isoformat(" ", spec))
for text in ("04", "04:05", "0405", "T040506", "04:05:06.1", "04:05:06,123456789", "04:05:06Z", "04:05-01:30"):
    show(time.fromisoformat(text))
for text in ("4", "04:", "04:5", "0405:06", "04:05:06.", "04Z1", "04:05:06+1", "é4"):
    fails(time.fromisoformat, text)
fails(t.isoformat, timespec="days")
fails(lambda: t < time(1, tzinfo=UTC))
show(t == time(1, tzinfo=UTC), time(1, tzinfo=UTC) == time(2, tzinfo=timezone(hour)), bool(time()))
fails(time, 1, 2, 3, 4, 5)
fails(time, 1, 2, 3, 4, None, 1)

print("== dates with a time")
dt = datetime(2024, 2, 29, 12, 30, 15, 5)
show(dt, str(dt), dt.date(), dt.time(), dt.timetz(), dt.ctime(), dt.isoformat("_"), dt + 36 * hour, dt - day, dt - datetime.min)
show(datetime.combine(d, t), datetime.combine(d, t, UTC), dt.replace(tzinfo=UTC), tuple(dt.utctimetuple()))
show(datetime.fromisoformat("2024-02-29T12:30:15.000005+05:30"), datetime.fromisoformat("20240229 12"))
show(datetime.fromisoformat("2024-W09-4T12:30Z"), datetime.fromisoformat("2024-02-29"))
show(datetime.strptime("29.2.24 +0130", "%d.%m.%y %z"), dt.strftime("%Y-%m-%dT%H:%M:%S.%f %% %a"))
fails(datetime.strptime, "x", "%Y")
fails(lambda: dt < datetime.now(UTC))
fails(lambda: dt - datetime.now(UTC))
fails(lambda: dt < d)
fails(datetime.fromisoformat, "2024-02-29T")
fails(datetime.fromisoformat, "2024-02-29T1")
fails(datetime.now, 1)
fails(datetime.combine, d, 2)
fails(dt.isoformat, 3)
fails(lambda: datetime.max + timedelta(microseconds=1))

print("== zones")
east = timezone(timedelta(hours=5, minutes=30), "IST")
west = timezone(-timedelta(hours=3, seconds=1))
show(east, west, str(east), str(west), east == timezone(timedelta(hours=5.5)), hash(east) == hash(timedelta(hours=5.5)))
aware = dt.replace(tzinfo=east)
show(aware, aware.utcoffset(), aware.dst(), aware.tzname(), aware.astimezone(UTC), aware.astimezone(west), aware.timestamp())
show(aware == aware.astimezone(UTC), hash(aware) == hash(aware.astimezone(UTC)), aware - aware.astimezone(west))
print(aware, aware.strftime("%z %:z %Z"), dt.replace(tzinfo=west).isoformat())
for args in [(), (1,), (timedelta(hours=1), 2), (timedelta(hours=1), "a", 3)]:
    fails(timezone, *args)
for method in ("utcoffset", "tzname", "dst"):
    fails(getattr(tzinfo(), method), dt)
    fails(getattr(UTC, method), 1)
fails(UTC.fromutc, dt)


class Saving(tzinfo):
    """An hour ahead; two from April to September."""

    def utcoffset(self, when):
        return hour + self.dst(when)

    def dst(self, when):
        return hour if when is not None and 4 <= when.month <= 9 else timedelta()

    def tzname(self, when):
        return "S%%Z" if self.dst(when) else "W"


class Odd(tzinfo):
    answer = None

    def utcoffset(self, when):
        return self.answer

    dst = tzname = utcoffset


saving = Saving()
show([datetime(2024, month, 1, tzinfo=UTC).astimezone(saving).hour for month in (3, 4, 9, 10)])
show(datetime(2024, 7, 1, tzinfo=saving).strftime("%Z"), datetime(2024, 7, 1, tzinfo=saving).timetuple().tm_isdst)
odd = datetime(2024, 1, 1, tzinfo=Odd())
for Odd.answer in (None, 1, "x"):
    for function in (odd.utcoffset, odd.dst, odd.tzname, odd.isoformat, odd.utctimetuple):
        fails(function)

print("== the local clocks")
for stamp in (0, 1_700_000_000.123456, -1.5, 1e9):
    show(datetime.fromtimestamp(stamp), datetime.fromtimestamp(stamp, UTC), datetime.fromtimestamp(stamp).timestamp())
summer_ends = [datetime.fromtimestamp(1_729_987_200 + minutes * 60) for minutes in (30, 90)]
show(*summer_ends, summer_ends[0] == summer_ends[1], *[at.timestamp() for at in summer_ends])
gap = datetime(2024, 3, 31, 2, 30)
show(gap.timestamp(), gap.replace(fold=1).timestamp(), gap.astimezone(), gap.replace(fold=1).astimezone())
show(datetime(2024, 7, 1).astimezone(), datetime(2024, 7, 1, tzinfo=UTC).astimezone().tzname())
fails(datetime.fromtimestamp, "a")
fails(datetime.fromtimestamp, float("nan"))
fails(datetime.fromtimestamp, 1e30)
now = datetime.now(UTC)
show(abs(now.timestamp() - clock.time()) < 60, date.today() - datetime.now().date() <= day, now.tzinfo)

print("== derived classes, copies, pickling")


class Day(date):
    note = "x"


class Moment(datetime):
    def __new__(cls, *args, **names):
        self = super().__new__(cls, *args, **names)
        self.made = len(args), sorted(names)
        return self


class Length(timedelta):
    pass


moment = Moment(2024, 2, 29, 1, fold=1)
show(Day(2024, 1, 1) + day, type(Day.fromordinal(5)), Day.fromisoformat("2024-01-01").note, Day.today().note)
show(moment + day, (moment + day).made, moment.replace(hour=2), moment.replace(hour=2).made, type(moment.date()))
show(Moment.now(UTC).made, Moment.fromtimestamp(0).made, Moment.combine(d, t).made, moment.astimezone(UTC).made)
show(Length(1), type(Length(1) + Length(2)), type(-Length(1)), type(Length(1) - day))
for value in (d, t, dt, aware, time(1, tzinfo=UTC, fold=1), moment, day, Length(2), east, UTC, timezone.min, saving):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(value, protocol))
        assert type(back) is type(value)
        assert back == value or value is saving, (value, back)
        assert getattr(back, "fold", 0) == (getattr(value, "fold", 0) if protocol > 3 else 0)
    show(value.__reduce_ex__(4)[1] if value is not saving else None)
    assert copy.copy(value) == copy.deepcopy(value) or value is saving
show(date(b"\x07\xe8\x02\x1d"), time("\x01\x02\x03\x00\x00\x04"), datetime(b"\x07\xe8\x82\x1d\x01\x02\x03\x00\x00\x04", UTC))
fails(datetime, b"\x07\xe8\x02\x1d\x01\x02\x03\x00\x00\x04", 1)
fails(date, "\u07e8\x02\x02\x1d")
fails(setattr, dt, "year", 1)
fails(setattr, day, "days", 1)
