/* str: making, writing, searching, taking apart. */
#include "counts.h"

#define LONG_ASCII "a text that is long enough to be no constant"

SUCCEEDS(PyUnicode_New, (), PyUnicode_New(20, 0x10FFFF), EXPECT(PyUnicode_GET_LENGTH((PyObject *)result) == 20))
RAISES(PyUnicode_New, SystemError, "Negative size passed to PyUnicode_New", (), PyUnicode_New(-1, 127))
RAISES(PyUnicode_New, SystemError, "invalid maximum character passed to PyUnicode_New", (), PyUnicode_New(1, 0x110000))
SUCCEEDS(PyUnicode_FromKindAndData, (), PyUnicode_FromKindAndData(1, LONG_ASCII, 10))
RAISES(PyUnicode_FromKindAndData, SystemError, "invalid kind", (), PyUnicode_FromKindAndData(3, LONG_ASCII, 10))
RAISES(PyUnicode_FromKindAndData, ValueError, "size must be positive", (), PyUnicode_FromKindAndData(1, LONG_ASCII, -1))
SUCCEEDS(PyUnicode_FromOrdinal, (), PyUnicode_FromOrdinal(0x20AC))
RAISES(PyUnicode_FromOrdinal, ValueError, "chr() arg not in range(0x110000)", (), PyUnicode_FromOrdinal(-1))
SUCCEEDS(PyUnicode_FromObject, (text(LONG_ASCII)), PyUnicode_FromObject(o[0]))
RAISES(PyUnicode_FromObject, TypeError, NULL, (marker()), PyUnicode_FromObject(o[0]))
SUCCEEDS(PyUnicode_FromEncodedObject, (py("b'some bytes' * 2")), PyUnicode_FromEncodedObject(o[0], "utf-8", "strict"))
RAISES(PyUnicode_FromEncodedObject, TypeError, NULL, (marker()), PyUnicode_FromEncodedObject(o[0], NULL, NULL))
SUCCEEDS(PyUnicode_FromWideChar, (), PyUnicode_FromWideChar(L"some wide text", -1))
RAISES(PyUnicode_FromWideChar, SystemError, NULL, (), PyUnicode_FromWideChar(NULL, 3))

/* ---- Places. */

static void
intern(PyObject **place)
{
    *place = PyUnicode_FromString("a name of the counts that is interned");
    PyUnicode_InternInPlace(place);
}

static void
append(PyObject **place, PyObject *right, int give_up)
{
    *place = PyUnicode_FromString(LONG_ASCII);
    if (give_up) {
        PyUnicode_AppendAndDel(place, right);
    } else {
        PyUnicode_Append(place, right);
    }
}

static int
resize(PyObject **place, Py_ssize_t length)
{
    *place = PyUnicode_New(10, 0xFFFF);
    return *place == NULL ? -1 : PyUnicode_Resize(place, length);
}

SUCCEEDS(PyUnicode_InternInPlace, (), intern(&p[0]), EXPECT(PyUnicode_CHECK_INTERNED(p[0])))
SUCCEEDS(PyUnicode_Append, (text("\xe2\x82\xac more")), append(&p[0], o[0], 0), EXPECT(PyErr_Occurred() || PyUnicode_GET_LENGTH(p[0]) > 10))
RAISES(PyUnicode_Append, SystemError, NULL, (marker()), append(&p[0], o[0], 0), EXPECT(p[0] == NULL))
SUCCEEDS(PyUnicode_AppendAndDel, (text("\xe2\x82\xac more")), append(&p[0], o[0], 1))
RAISES(PyUnicode_AppendAndDel, SystemError, NULL, (marker()), append(&p[0], o[0], 1), EXPECT(p[0] == NULL))
SUCCEEDS(PyUnicode_Resize, (), resize(&p[0], 100))
SUCCEEDS(PyUnicode_Resize, (), resize(&p[0], 3))
RAISES(PyUnicode_Resize, SystemError, NULL, (), resize(&p[0], -1))

/* ---- Writing. */

RAISES(PyUnicode_WriteChar, IndexError, "string index out of range", (text(LONG_ASCII)), PyUnicode_WriteChar(o[0], 999, 'x'))
RAISES(PyUnicode_WriteChar, SystemError, "Cannot modify a string currently used", (text(LONG_ASCII)), PyUnicode_WriteChar(o[0], 0, 'x'))
RAISES(PyUnicode_Fill, SystemError, "Cannot modify a string currently used", (text(LONG_ASCII)), PyUnicode_Fill(o[0], 0, 1, 'x'))
RAISES(PyUnicode_CopyCharacters, SystemError, "Cannot modify a string currently used", (text(LONG_ASCII), text("xyz")), PyUnicode_CopyCharacters(o[0], 0, o[1], 0, 1))
RAISES(PyUnicode_CopyCharacters, IndexError, NULL, (text(LONG_ASCII), text("xyz")), PyUnicode_CopyCharacters(o[0], 0, o[1], 9, 1))

/* ---- Reading and comparing. */

SUCCEEDS(PyUnicode_ReadChar, (text(LONG_ASCII)), PyUnicode_ReadChar(o[0], 2), EXPECT(result == 't'))
RAISES_GIVING(0xFFFFFFFF, PyUnicode_ReadChar, IndexError, NULL, (text(LONG_ASCII)), PyUnicode_ReadChar(o[0], -1))
SUCCEEDS(PyUnicode_AsUCS4Copy, (text(LONG_ASCII)), PyUnicode_AsUCS4Copy(o[0]), PyMem_Free((void *)result))
SUCCEEDS(PyUnicode_AsUCS4, (text("abc")), PyUnicode_AsUCS4(o[0], (Py_UCS4 *)(void *)n, 8, 1), EXPECT(result == 0 || ((Py_UCS4 *)result)[0] == 'a'))
RAISES(PyUnicode_AsUCS4, SystemError, "string is longer than the buffer", (text("abc")), PyUnicode_AsUCS4(o[0], (Py_UCS4 *)(void *)n, 2, 1))
SUCCEEDS(PyUnicode_AsWideChar, (text("abc")), PyUnicode_AsWideChar(o[0], (wchar_t *)(void *)n, 8), EXPECT(result == 3))
RAISES(PyUnicode_AsWideChar, TypeError, NULL, (marker()), PyUnicode_AsWideChar(o[0], (wchar_t *)(void *)n, 8))
SUCCEEDS(PyUnicode_AsWideCharString, (text("abc")), PyUnicode_AsWideCharString(o[0], &n[0]), EXPECT(n[0] == 3); PyMem_Free((void *)result))
RAISES(PyUnicode_AsWideCharString, ValueError, "embedded null character", (py("'a\\0b'")), PyUnicode_AsWideCharString(o[0], NULL))
SUCCEEDS(PyUnicode_Compare, (text("abc"), text("abd")), PyUnicode_Compare(o[0], o[1]), EXPECT(result == -1))
RAISES(PyUnicode_Compare, TypeError, NULL, (text("abc"), marker()), PyUnicode_Compare(o[0], o[1]))
SUCCEEDS(PyUnicode_Equal, (text("abc"), text("abc")), PyUnicode_Equal(o[0], o[1]), EXPECT(result == 1))
RAISES(PyUnicode_Equal, TypeError, "second argument must be str, not counts.Marker", (text("abc"), marker()), PyUnicode_Equal(o[0], o[1]))
SUCCEEDS(PyUnicode_EqualToUTF8, (text("abc")), PyUnicode_EqualToUTF8(o[0], "abc"), EXPECT(result == 1))
SUCCEEDS(PyUnicode_EqualToUTF8AndSize, (text("abc")), PyUnicode_EqualToUTF8AndSize(o[0], "abcd", 3), EXPECT(result == 1))
SUCCEEDS(PyUnicode_RichCompare, (text("abc"), text("abd")), PyUnicode_RichCompare(o[0], o[1], Py_LT), EXPECT((PyObject *)result == Py_True))
SUCCEEDS(PyUnicode_RichCompare, (text("abc"), marker()), PyUnicode_RichCompare(o[0], o[1], Py_LT), EXPECT((PyObject *)result == Py_NotImplemented))
SUCCEEDS(PyUnicode_IsIdentifier, (text("name")), PyUnicode_IsIdentifier(o[0]), EXPECT(result == 1))

/* ---- Parts. */

#define TWO (text(LONG_ASCII), text("text"))
#define WRONG (text(LONG_ASCII), marker())
SUCCEEDS(PyUnicode_Find, TWO, PyUnicode_Find(o[0], o[1], 0, 99, 1), EXPECT(result == 2))
RAISES_GIVING(-2, PyUnicode_Find, TypeError, NULL, WRONG, PyUnicode_Find(o[0], o[1], 0, 99, 1))
SUCCEEDS(PyUnicode_Find, (text("abcabc"), text("x")), PyUnicode_Find(o[0], o[1], 0, 100, 1), EXPECT(result == -1))
SUCCEEDS(PyUnicode_FindChar, (text(LONG_ASCII)), PyUnicode_FindChar(o[0], 't', 0, 99, 1), EXPECT(result == 2))
SUCCEEDS(PyUnicode_Count, TWO, PyUnicode_Count(o[0], o[1], 0, 99), EXPECT(result == 1))
RAISES(PyUnicode_Count, TypeError, NULL, WRONG, PyUnicode_Count(o[0], o[1], 0, 99))
SUCCEEDS(PyUnicode_Tailmatch, TWO, PyUnicode_Tailmatch(o[0], o[1], 2, 99, -1), EXPECT(result == 1))
RAISES(PyUnicode_Tailmatch, TypeError, NULL, WRONG, PyUnicode_Tailmatch(o[0], o[1], 0, 99, 1))
SUCCEEDS(PyUnicode_Contains, TWO, PyUnicode_Contains(o[0], o[1]), EXPECT(result == 1))
RAISES(PyUnicode_Contains, TypeError, NULL, WRONG, PyUnicode_Contains(o[0], o[1]))
SUCCEEDS(PyUnicode_Substring, (text(LONG_ASCII)), PyUnicode_Substring(o[0], 2, 9))
RAISES(PyUnicode_Substring, IndexError, NULL, (text(LONG_ASCII)), PyUnicode_Substring(o[0], -2, 9))
SUCCEEDS(PyUnicode_Split, TWO, PyUnicode_Split(o[0], o[1], -1))
RAISES(PyUnicode_Split, TypeError, NULL, WRONG, PyUnicode_Split(o[0], o[1], -1))
SUCCEEDS(PyUnicode_RSplit, TWO, PyUnicode_RSplit(o[0], o[1], -1))
RAISES(PyUnicode_RSplit, TypeError, NULL, WRONG, PyUnicode_RSplit(o[0], o[1], -1))
SUCCEEDS(PyUnicode_Splitlines, (text("some\nlines\n")), PyUnicode_Splitlines(o[0], 1))
RAISES(PyUnicode_Splitlines, TypeError, NULL, (marker()), PyUnicode_Splitlines(o[0], 1))
SUCCEEDS(PyUnicode_Partition, TWO, PyUnicode_Partition(o[0], o[1]))
RAISES(PyUnicode_Partition, TypeError, NULL, WRONG, PyUnicode_Partition(o[0], o[1]))
SUCCEEDS(PyUnicode_RPartition, TWO, PyUnicode_RPartition(o[0], o[1]))
RAISES(PyUnicode_RPartition, TypeError, NULL, WRONG, PyUnicode_RPartition(o[0], o[1]))
SUCCEEDS(PyUnicode_Join, (text(", and "), py("['one', 'two', 'three']")), PyUnicode_Join(o[0], o[1]))
RAISES(PyUnicode_Join, TypeError, "can only join an iterable", (text(", "), marker()), PyUnicode_Join(o[0], o[1]))
SUCCEEDS(PyUnicode_Replace, (text(LONG_ASCII), text("text"), text("thing")), PyUnicode_Replace(o[0], o[1], o[2], -1))
RAISES(PyUnicode_Replace, TypeError, NULL, (text(LONG_ASCII), text("text"), marker()), PyUnicode_Replace(o[0], o[1], o[2], -1))
SUCCEEDS(PyUnicode_Translate, (text(LONG_ASCII), py("{97: 'AA'}")), PyUnicode_Translate(o[0], o[1], NULL))
RAISES(PyUnicode_Translate, UnicodeTranslateError, NULL, (text(LONG_ASCII), py("{97: None}")), PyUnicode_Translate(o[0], o[1], NULL))
SUCCEEDS(PyUnicode_Format, (text("%s and %r"), py("('one', 'two')")), PyUnicode_Format(o[0], o[1]))
RAISES(PyUnicode_Format, TypeError, NULL, (text("%s and %r"), py("('one',)")), PyUnicode_Format(o[0], o[1]))

/* ---- Writers: what a call gives, and the writer is gone again. */

#define WITH_WRITER(call)                                                       \
    ({                                                                          \
        PyUnicodeWriter *writer = PyUnicodeWriter_Create(4);                    \
        int given = writer == NULL ? -1 : (call);                               \
        PyUnicodeWriter_Discard(writer);                                        \
        given;                                                                  \
    })
SUCCEEDS(PyUnicodeWriter_Create, (), PyUnicodeWriter_Create(10), PyUnicodeWriter_Discard((PyUnicodeWriter *)result))
RAISES(PyUnicodeWriter_Create, ValueError, "length must be positive", (), PyUnicodeWriter_Create(-1))
SUCCEEDS(PyUnicodeWriter_Discard, (), PyUnicodeWriter_Discard(NULL))
SUCCEEDS(PyUnicodeWriter_Finish, (), ({
    PyUnicodeWriter *writer = PyUnicodeWriter_Create(4);
    if (writer != NULL && PyUnicodeWriter_WriteUTF8(writer, LONG_ASCII, -1) < 0) {
        PyUnicodeWriter_Discard(writer);
        writer = NULL;
    }
    writer == NULL ? NULL : PyUnicodeWriter_Finish(writer);
}))
SUCCEEDS(PyUnicodeWriter_Format, (marker()), WITH_WRITER(PyUnicodeWriter_Format(writer, "%d %T", 1, o[0])))
RAISES(PyUnicodeWriter_Format, SystemError, NULL, (), WITH_WRITER(PyUnicodeWriter_Format(writer, "%?")))
SUCCEEDS(PyUnicodeWriter_WriteChar, (), WITH_WRITER(PyUnicodeWriter_WriteChar(writer, 0x20AC)))
RAISES(PyUnicodeWriter_WriteChar, ValueError, NULL, (), WITH_WRITER(PyUnicodeWriter_WriteChar(writer, 0x110000)))
SUCCEEDS(PyUnicodeWriter_WriteUTF8, (), WITH_WRITER(PyUnicodeWriter_WriteUTF8(writer, LONG_ASCII, -1)))
RAISES(PyUnicodeWriter_WriteUTF8, UnicodeDecodeError, NULL, (), WITH_WRITER(PyUnicodeWriter_WriteUTF8(writer, "\xff", 1)))
SUCCEEDS(PyUnicodeWriter_WriteASCII, (), WITH_WRITER(PyUnicodeWriter_WriteASCII(writer, LONG_ASCII, -1)))
SUCCEEDS(PyUnicodeWriter_WriteWideChar, (), WITH_WRITER(PyUnicodeWriter_WriteWideChar(writer, L"wide", -1)))
SUCCEEDS(PyUnicodeWriter_WriteUCS4, (), WITH_WRITER(PyUnicodeWriter_WriteUCS4(writer, (const Py_UCS4[]){'a', 0x1F40D}, 2)))
RAISES(PyUnicodeWriter_WriteUCS4, ValueError, NULL, (), WITH_WRITER(PyUnicodeWriter_WriteUCS4(writer, (const Py_UCS4[]){0x110000}, 1)))
SUCCEEDS(PyUnicodeWriter_WriteStr, (py("[1, 2]")), WITH_WRITER(PyUnicodeWriter_WriteStr(writer, o[0])))
RAISES(PyUnicodeWriter_WriteStr, ValueError, "bad", (py("Bad()")), WITH_WRITER(PyUnicodeWriter_WriteStr(writer, o[0])))
SUCCEEDS(PyUnicodeWriter_WriteRepr, (py("[1, 2]")), WITH_WRITER(PyUnicodeWriter_WriteRepr(writer, o[0])))
RAISES(PyUnicodeWriter_WriteRepr, ValueError, "bad", (py("Bad()")), WITH_WRITER(PyUnicodeWriter_WriteRepr(writer, o[0])))
SUCCEEDS(PyUnicodeWriter_WriteSubstring, (text(LONG_ASCII)), WITH_WRITER(PyUnicodeWriter_WriteSubstring(writer, o[0], 1, 5)))
RAISES(PyUnicodeWriter_WriteSubstring, TypeError, "expect str, not counts.Marker", (marker()), WITH_WRITER(PyUnicodeWriter_WriteSubstring(writer, o[0], 1, 5)))
SUCCEEDS(PyUnicodeWriter_DecodeUTF8Stateful, (), WITH_WRITER(PyUnicodeWriter_DecodeUTF8Stateful(writer, "a\xe2\x82", 3, NULL, &n[0])), EXPECT(n[0] <= 1))
RAISES(PyUnicodeWriter_DecodeUTF8Stateful, UnicodeDecodeError, NULL, (), WITH_WRITER(PyUnicodeWriter_DecodeUTF8Stateful(writer, "\xff", 1, NULL, NULL)))
