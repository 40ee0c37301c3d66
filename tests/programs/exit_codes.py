# Exit: the code, what is printed, and what still runs.
import atexit
import sys

atexit.register(print, "registered first")


@atexit.register
def second():
    print("registered second")


class Loud:
    def __del__(self):
        print("module global freed")


loud = Loud()
try:
    sys.exit("caught")
except SystemExit as error:
    print("SystemExit", error.code)
try:
    print("leaving")
    sys.exit("a text goes to standard error")
finally:
    print("finally runs")
