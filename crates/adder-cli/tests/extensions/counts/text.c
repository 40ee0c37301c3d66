/* str and bytes. */
#include "counts.h"

#define LONG_ASCII "a text that is long enough to be no constant"

SUCCEEDS(PyUnicode_FromString, (), PyUnicode_FromString(LONG_ASCII))
SUCCEEDS(PyUnicode_FromString, (), PyUnicode_FromString("gr\xc3\xbc\xc3\x9f" "e \xf0\x9f\x90\x8d"))
SUCCEEDS(PyUnicode_FromString, (), PyUnicode_FromString(""))
RAISES(PyUnicode_FromString, UnicodeDecodeError, NULL, (), PyUnicode_FromString("\xff\xfe"))
SUCCEEDS(PyUnicode_FromStringAndSize, (), PyUnicode_FromStringAndSize(LONG_ASCII, 10))
SUCCEEDS(PyUnicode_FromStringAndSize, (), PyUnicode_FromStringAndSize(NULL, 0))
RAISES(PyUnicode_FromStringAndSize, SystemError, "Negative size passed to PyUnicode_FromStringAndSize", (), PyUnicode_FromStringAndSize("a", -1))
RAISES(PyUnicode_FromStringAndSize, UnicodeDecodeError, NULL, (), PyUnicode_FromStringAndSize("a\x80", 2))
SUCCEEDS(PyUnicode_InternFromString, (), PyUnicode_InternFromString("some_name_of_the_counts"))
RAISES(PyUnicode_InternFromString, UnicodeDecodeError, NULL, (), PyUnicode_InternFromString("\xff"))

SUCCEEDS(PyUnicode_AsUTF8, (text("abcd")), PyUnicode_AsUTF8(o[0]), EXPECT(strcmp((const char *)result, "abcd") == 0))
SUCCEEDS(PyUnicode_AsUTF8, (text("gr\xc3\xbc\xc3\x9f" "e")), PyUnicode_AsUTF8(o[0]), EXPECT(strcmp((const char *)result, "gr\xc3\xbc\xc3\x9f" "e") == 0))
RAISES(PyUnicode_AsUTF8, UnicodeEncodeError, NULL, (py("'\\udc80'")), PyUnicode_AsUTF8(o[0]))
RAISES(PyUnicode_AsUTF8, TypeError, "bad argument type for built-in operation", (marker()), PyUnicode_AsUTF8(o[0]))
SUCCEEDS(PyUnicode_AsUTF8AndSize, (text("abcd")), PyUnicode_AsUTF8AndSize(o[0], &n[0]), EXPECT(n[0] == 4))
SUCCEEDS(PyUnicode_AsUTF8AndSize, (text("\xc3\xbc\xc3\xbc")), PyUnicode_AsUTF8AndSize(o[0], &n[0]), EXPECT(n[0] == 4))
SUCCEEDS(PyUnicode_AsUTF8AndSize, (text("abcd")), PyUnicode_AsUTF8AndSize(o[0], NULL))
RAISES(PyUnicode_AsUTF8AndSize, UnicodeEncodeError, NULL, (py("'\\udc80'")), PyUnicode_AsUTF8AndSize(o[0], &n[0]))
RAISES(PyUnicode_AsUTF8AndSize, TypeError, "bad argument type for built-in operation", (marker()), PyUnicode_AsUTF8AndSize(o[0], &n[0]))

SUCCEEDS(PyUnicode_GetLength, (text("\xc3\xbc\xc3\xbc")), PyUnicode_GetLength(o[0]), EXPECT(result == 2))
RAISES(PyUnicode_GetLength, TypeError, NULL, (marker()), PyUnicode_GetLength(o[0]))

SUCCEEDS(PyUnicode_CompareWithASCIIString, (text("abc")), PyUnicode_CompareWithASCIIString(o[0], "abc"), EXPECT(result == 0))
SUCCEEDS(PyUnicode_CompareWithASCIIString, (text("abd")), PyUnicode_CompareWithASCIIString(o[0], "abc"), EXPECT(result == 1))
SUCCEEDS(PyUnicode_CompareWithASCIIString, (text("ab")), PyUnicode_CompareWithASCIIString(o[0], "abc"), EXPECT(result == -1))

SUCCEEDS(PyUnicode_Concat, (text("abcdef"), text("\xc3\xbc")), PyUnicode_Concat(o[0], o[1]))
RAISES(PyUnicode_Concat, TypeError, NULL, (text("abcdef"), marker()), PyUnicode_Concat(o[0], o[1]))
RAISES(PyUnicode_Concat, TypeError, NULL, (marker(), text("abcdef")), PyUnicode_Concat(o[0], o[1]))

SUCCEEDS(PyBytes_FromString, (), PyBytes_FromString(LONG_ASCII))
SUCCEEDS(PyBytes_FromStringAndSize, (), PyBytes_FromStringAndSize(LONG_ASCII, 10))
SUCCEEDS(PyBytes_FromStringAndSize, (), PyBytes_FromStringAndSize(NULL, 10))
RAISES(PyBytes_FromStringAndSize, SystemError, "Negative size passed to PyBytes_FromStringAndSize", (), PyBytes_FromStringAndSize(NULL, -1))
SUCCEEDS(PyBytes_AsString, (py("b'abc' * 3")), PyBytes_AsString(o[0]), EXPECT(strcmp((const char *)result, "abcabcabc") == 0))
RAISES(PyBytes_AsString, TypeError, "expected bytes, counts.Marker found", (marker()), PyBytes_AsString(o[0]))
SUCCEEDS(PyBytes_Size, (py("b'abc' * 3")), PyBytes_Size(o[0]), EXPECT(result == 9))
RAISES(PyBytes_Size, TypeError, "expected bytes, counts.Marker found", (marker()), PyBytes_Size(o[0]))
SUCCEEDS(PyBytes_AsStringAndSize, (py("b'a\\0c' * 3")), PyBytes_AsStringAndSize(o[0], (char **)&s[0], &n[0]), EXPECT(n[0] == 9))
SUCCEEDS(PyBytes_AsStringAndSize, (py("b'abc' * 3")), PyBytes_AsStringAndSize(o[0], (char **)&s[0], NULL))
RAISES(PyBytes_AsStringAndSize, ValueError, "embedded null byte", (py("b'a\\0c' * 3")), PyBytes_AsStringAndSize(o[0], (char **)&s[0], NULL))
RAISES(PyBytes_AsStringAndSize, TypeError, "expected bytes, counts.Marker found", (marker()), PyBytes_AsStringAndSize(o[0], (char **)&s[0], &n[0]))
RAISES(PyBytes_AsStringAndSize, SystemError, NULL, (py("b'abc' * 3")), PyBytes_AsStringAndSize(o[0], NULL, &n[0]))
