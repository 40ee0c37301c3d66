# JSON round trips and regular expressions, as configuration readers and log analysers use them.
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta, timezone

data = {
    "name": "Zoë", "tags": ["a", "b"], "nested": {"n": None, "t": True, "f": 1.5e300, "i": -7}, "empty": [{}, []],
    "text": "line\nbreak \"quoted\" \\ \u2028 \U0001f600 \x07", "big": 2**70, "float": 0.1,
}
text = json.dumps(data)
print(text)
print(json.loads(text) == data, json.dumps(data, ensure_ascii=False)[:16], json.dumps([1, 2, {"b": 1, "a": 2}], separators=(",", ":"), sort_keys=True))
print(json.dumps({"a": [1, {"b": (2, 3)}], "c": {}}, indent=2))
print(json.dumps({1: "int", 2.5: "float", None: "none", True: "bool"}), json.dumps([float("inf"), float("nan")]), json.loads("[Infinity, -Infinity, 1E2, 0.5, -0]"))


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, (date, datetime)):
            return o.isoformat()
        if isinstance(o, set):
            return sorted(o)
        return super().default(o)


print(json.dumps({"when": date(2024, 2, 29), "set": {3, 1, 2}}, cls=Encoder), json.dumps(1 + 2j, default=lambda z: [z.real, z.imag]))
print(json.loads('{"x": 1, "y": {"x": 2}}', object_hook=lambda d: tuple(sorted(d.items()))), json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.loads("1.10", parse_float=str))
for bad in ("{'a': 1}", "[1, 2", '{"a" 1}', "[1,]", "nul", '"abc', "", '{"a": 1} x', "[1 2]", '{"a": tru}'):
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as error:
        print(f"{bad!r}: {error} [{error.lineno} {error.colno} {error.pos}]")
for bad in ({1, 2}, object, {(1, 2): 3}):
    try:
        json.dumps(bad)
    except TypeError as error:
        print(error)
loop = []
loop.append(loop)
try:
    json.dumps(loop)
except ValueError as error:
    print(error)

LOG = """\
2024-03-01 10:15:32 [INFO] server: started on port 8080
2024-03-01 10:15:40 [WARN] db: slow query (1532 ms) user='ann'
2024-03-01 10:16:02 [ERROR] server: GET /index.html?x=1&y=two 500
bad line
2024-03-01 10:17:45 [INFO] db: closed  12 connections
"""
LINE = re.compile(
    r"""^(?P<when>\d{4}-\d\d-\d\d\ [\d:]{8})\s+   # time
        \[(?P<level>INFO|WARN|ERROR)\]\s+
        (?P<where>\w+):\s+(?P<what>.*)$""",
    re.VERBOSE | re.MULTILINE,
)
records = [m.groupdict() for m in LINE.finditer(LOG)]
print(len(records), Counter(r["level"] for r in records), records[1]["what"])
times = [datetime.strptime(r["when"], "%Y-%m-%d %H:%M:%S") for r in records]
print(times[-1] - times[0], (times[1] - times[0]).total_seconds(), max(b - a for a, b in zip(times, times[1:])), times[0].strftime("%d %b %Y, %I:%M %p, day %j"))
print(re.findall(r"\b(\w+)=(\w+)", LOG), re.findall(r"\d+(?= ms)", LOG), re.sub(r"(\d+)-(\d+)-(\d+)", r"\3.\2.\1", "on 2024-03-01"), re.subn("[aeiou]", lambda m: m[0].upper(), "education", count=3))
print(re.split(r"\s*[,;]\s*", "a, b ;c,d"), re.split(r"(-)", "1-2-3", maxsplit=1), re.fullmatch(r"(?i)[a-f0-9]+", "DeadBeef") is not None, re.match(r"(a)|(b)", "b").groups(), re.match("x", "y"))
m = re.search(r"(?P<a>\w)(?P<b>\d)?-(?P=a)", "zz x-x")
print(m, m.span(), m.group("a", "b"), m.start("b"), m.lastgroup, m.expand(r"<\g<a>>"), m["a"], m.string[m.end() :] == "")
print(re.escape("a.b*c"), re.compile("a+?").findall("aaa"), re.findall(r"(?:ab)+|c", "ababcab"), re.sub(r"(?<!\d)0+", "", "007 100 010"), re.findall(r"^\w", "ab\ncd", re.M), re.sub(r"(?s)/\*.*?\*/", "", "a/* x\ny */b"))
for bad in ("(", "[a", "a{3,1}", "(?P<1>x)", "*a", r"\1", "(?<=a+)b", "a**"):
    try:
        re.compile(bad)
    except re.error as error:
        print(bad, "|", error.msg, error.pos)
start = datetime(2024, 2, 28, 22, 30, tzinfo=timezone.utc)
print(start + timedelta(days=1, hours=2), start.astimezone(timezone(timedelta(hours=-5), "EST")), start.isoformat(), tuple(date(2024, 12, 30).isocalendar()), date(2023, 1, 1).weekday(), (date(2024, 3, 1) - date(2024, 2, 1)).days)
print(timedelta(days=-1, seconds=5), timedelta(hours=25) // timedelta(hours=2), timedelta(minutes=90) / 2, abs(timedelta(-3)), str(timedelta(microseconds=1500)), datetime.fromisoformat("2024-02-29T12:00:00+02:00"), date.fromordinal(738000), datetime(2024, 1, 31).replace(month=3), datetime.min, repr(timedelta(weeks=1, milliseconds=3)))
try:
    date(2023, 2, 29)
except ValueError as error:
    print(type(error).__name__)
print(sorted([date(2024, 5, 1), date(2023, 5, 1)]), f"{date(2024, 5, 1):%A %d/%m/%y}", datetime(2024, 5, 1, 13, 5).time(), datetime.combine(date(2024, 1, 1), datetime(1, 1, 1, 5).time()).ctime())
