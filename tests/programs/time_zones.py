"""The local zone as the environment says it, and the variables of the environment that are refused."""
import os, signal, time

def tell(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)

for zone in ("CET-1CEST,M3.5.0,M10.5.0/3", "UTC0", "NZST-12NZDT,M9.5.0,M4.1.0/3"):
    os.environ["TZ"] = zone
    time.tzset()
    print(time.tzname, time.timezone, time.altzone, time.daylight)
    for at in (0, 1_600_000_000, 1_610_000_000):
        print(time.strftime("%Y-%m-%d %H:%M:%S %Z %z", time.localtime(at)))
    # What was shown in UTC keeps that name.
    print(time.strftime("%Z", time.gmtime(0)))
    print(time.strftime("%Z", (2020, 7, 1, 0, 0, 0, 0, 0, 0)))
del os.environ["TZ"]
tell(lambda: os.putenv("", "x"))
tell(lambda: os.putenv("a=b", "x"))
tell(lambda: os.unsetenv(""))
tell(lambda: os.unsetenv("a=b"))
tell(lambda: os.putenv("a\0b", "x"))
os.putenv("ADDER_TEST", "yes")
print(os.system('test "$ADDER_TEST" = yes'))
os.unsetenv("ADDER_TEST")
print(os.system('test "$ADDER_TEST" = yes') != 0)
# A width that nobody needs gives nothing.
print(repr(time.strftime("%1000000d", time.gmtime(0))), len(time.strftime("%200d", time.gmtime(0))))
print(signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN)
