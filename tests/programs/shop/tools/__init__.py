print("shop.tools is imported")


def double(value):
    return value * 2
