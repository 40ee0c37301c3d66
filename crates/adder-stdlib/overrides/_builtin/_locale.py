"""The module _locale: the locale C, with UTF-8."""

LC_CTYPE, LC_NUMERIC, LC_TIME, LC_COLLATE, LC_MONETARY, LC_MESSAGES, LC_ALL = range(7)
CHAR_MAX = 127
Error = type("Error", (Exception,), {"__module__": "locale"})


def setlocale(category, locale=None, /):
    if not 0 <= category <= LC_ALL:
        raise Error("invalid locale category")
    if locale not in (None, "", "C", "POSIX", "C.UTF-8"):
        raise Error("unsupported locale setting")
    return "C"


def localeconv():
    return {
        "decimal_point": ".", "thousands_sep": "", "grouping": [], "int_curr_symbol": "", "currency_symbol": "",
        "mon_decimal_point": "", "mon_thousands_sep": "", "mon_grouping": [], "positive_sign": "",
        "negative_sign": "", "int_frac_digits": CHAR_MAX, "frac_digits": CHAR_MAX, "p_cs_precedes": CHAR_MAX,
        "p_sep_by_space": CHAR_MAX, "n_cs_precedes": CHAR_MAX, "n_sep_by_space": CHAR_MAX,
        "p_sign_posn": CHAR_MAX, "n_sign_posn": CHAR_MAX,
    }


def strcoll(a, b, /):
    return (a > b) - (a < b)


def strxfrm(string, /):
    return string


def getencoding():
    return "utf-8"
