/* Texts of C's: ASCII's classes of characters, comparison without case, numbers. None depends on the locale. */
#ifndef ADDER_C_TEXT_H
#define ADDER_C_TEXT_H

ADDER_BEGIN

static inline int
_Adder_IsLower(int c)
{
    return Py_CHARMASK(c) >= 'a' && Py_CHARMASK(c) <= 'z';
}

static inline int
_Adder_IsUpper(int c)
{
    return Py_CHARMASK(c) >= 'A' && Py_CHARMASK(c) <= 'Z';
}

static inline int
_Adder_IsDigit(int c)
{
    return Py_CHARMASK(c) >= '0' && Py_CHARMASK(c) <= '9';
}

static inline int
_Adder_IsHexDigit(int c)
{
    return _Adder_IsDigit(c) || ((Py_CHARMASK(c) | 32) >= 'a' && (Py_CHARMASK(c) | 32) <= 'f');
}

static inline int
_Adder_IsSpace(int c)
{
    return Py_CHARMASK(c) == ' ' || (Py_CHARMASK(c) >= 9 && Py_CHARMASK(c) <= 13);
}

static inline int
_Adder_ToLower(int c)
{
    return Py_CHARMASK(c) | (_Adder_IsUpper(c) ? 32 : 0);
}

static inline int
_Adder_ToUpper(int c)
{
    return _Adder_IsLower(c) ? Py_CHARMASK(c) - 32 : Py_CHARMASK(c);
}

#define Py_ISLOWER(c) _Adder_IsLower(c)
#define Py_ISUPPER(c) _Adder_IsUpper(c)
#define Py_ISALPHA(c) (_Adder_IsLower(c) || _Adder_IsUpper(c))
#define Py_ISDIGIT(c) _Adder_IsDigit(c)
#define Py_ISXDIGIT(c) _Adder_IsHexDigit(c)
#define Py_ISALNUM(c) (Py_ISALPHA(c) || Py_ISDIGIT(c))
#define Py_ISSPACE(c) _Adder_IsSpace(c)
#define Py_TOLOWER(c) _Adder_ToLower(c)
#define Py_TOUPPER(c) _Adder_ToUpper(c)

PyAPI_FUNC(int) PyOS_mystricmp(const char *, const char *);
PyAPI_FUNC(int) PyOS_mystrnicmp(const char *, const char *, Py_ssize_t);
#define PyOS_stricmp PyOS_mystricmp
#define PyOS_strnicmp PyOS_mystrnicmp
PyAPI_FUNC(unsigned long) PyOS_strtoul(const char *, char **, int);
PyAPI_FUNC(long) PyOS_strtol(const char *, char **, int);
PyAPI_FUNC(double) PyOS_string_to_double(const char *, char **, PyObject *);
PyAPI_FUNC(char *) PyOS_double_to_string(double, char, int, int, int *);
#define Py_DTSF_SIGN 0x01
#define Py_DTSF_ADD_DOT_0 0x02
#define Py_DTSF_ALT 0x04
#define Py_DTSF_NO_NEG_0 0x08
#define Py_DTST_FINITE 0
#define Py_DTST_INFINITE 1
#define Py_DTST_NAN 2

ADDER_END

#endif
