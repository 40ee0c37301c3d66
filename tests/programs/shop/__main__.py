import sys

print("shop is run as", __name__, "in", repr(__package__), len(sys.argv))
