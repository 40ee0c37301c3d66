"""Named fields of struct sequences: whose they are, and that they cannot be set."""
import os, time

def tell(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)

year = time.struct_time.tm_year
print(year.__get__(time.gmtime(0)), year.__get__(None, time.struct_time) is year)
print(year.__name__, year.__objclass__)
tell(lambda: year.__get__((1, 2, 3)))
tell(lambda: year.__get__(os.stat("/")))
tell(lambda: year.__set__((1, 2), 3))
tell(lambda: year.__set__(time.gmtime(0), 3))
tell(lambda: setattr(time.gmtime(0), "tm_year", 3))
tell(lambda: os.stat_result.st_mode.__get__(time.gmtime(0)))
