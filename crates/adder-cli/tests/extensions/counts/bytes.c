/* bytes, hashes of texts, files. */
#include "counts.h"

#define LONG_ASCII "a text that is long enough to be no constant"

static void
concat(PyObject **place, PyObject *right, int give_up)
{
    *place = PyBytes_FromString(LONG_ASCII);
    if (give_up) {
        PyBytes_ConcatAndDel(place, right);
    } else {
        PyBytes_Concat(place, right);
    }
}

static int
resize(PyObject **place, Py_ssize_t length)
{
    *place = PyBytes_FromString(LONG_ASCII);
    return *place == NULL ? -1 : _PyBytes_Resize(place, length);
}

SUCCEEDS(PyBytes_FromObject, (py("bytearray(b'some bytes')")), PyBytes_FromObject(o[0]))
SUCCEEDS(PyBytes_FromObject, (py("[1, 2, 3]")), PyBytes_FromObject(o[0]))
RAISES(PyBytes_FromObject, TypeError, "cannot convert 'counts.Marker' object to bytes", (marker()), PyBytes_FromObject(o[0]))
SUCCEEDS(PyBytes_Concat, (py("b'some bytes'")), concat(&p[0], o[0], 0))
RAISES(PyBytes_Concat, TypeError, NULL, (marker()), concat(&p[0], o[0], 0), EXPECT(p[0] == NULL))
SUCCEEDS(PyBytes_ConcatAndDel, (py("b'some bytes'")), concat(&p[0], o[0], 1))
RAISES(PyBytes_ConcatAndDel, TypeError, NULL, (marker()), concat(&p[0], o[0], 1), EXPECT(p[0] == NULL))
SUCCEEDS(_PyBytes_Resize, (), resize(&p[0], 500))
SUCCEEDS(_PyBytes_Resize, (), resize(&p[0], 5))
RAISES(_PyBytes_Resize, SystemError, NULL, (), resize(&p[0], -1), EXPECT(p[0] == NULL))
SUCCEEDS(PyBytes_Repr, (py("b'some bytes' * 2")), PyBytes_Repr(o[0], 1))
RAISES(PyBytes_Repr, TypeError, NULL, (marker()), PyBytes_Repr(o[0], 1))
SUCCEEDS(PyBytes_Join, (py("b', '"), py("[b'one', b'two']")), PyBytes_Join(o[0], o[1]))
RAISES(PyBytes_Join, TypeError, "sep: expected bytes, got counts.Marker", (marker(), py("[]")), PyBytes_Join(o[0], o[1]))
SUCCEEDS(PyBytes_DecodeEscape, (), PyBytes_DecodeEscape("a\\n\\x41", 7, NULL, 0, NULL))
RAISES(PyBytes_DecodeEscape, ValueError, "Trailing \\ in string", (), PyBytes_DecodeEscape("a\\", 2, NULL, 0, NULL))

SUCCEEDS(PyOS_string_to_double, (own(PyExc_OverflowError)), PyOS_string_to_double("1.5", NULL, o[0]))
RAISES(PyOS_string_to_double, OverflowError, "value too large to convert to float: '1e400'", (own(PyExc_OverflowError)), PyOS_string_to_double("1e400", NULL, o[0]))
RAISES(PyOS_string_to_double, ValueError, "could not convert string to float: 'x'", (NULL), PyOS_string_to_double("x", NULL, o[0]))
SUCCEEDS(PyOS_double_to_string, (), PyOS_double_to_string(1.5, 'r', 0, 0, NULL), PyMem_Free((void *)result))
RAISES(PyOS_double_to_string, SystemError, NULL, (), PyOS_double_to_string(1.5, 'x', 0, 0, NULL))
SUCCEEDS(PyOS_mystricmp, (), PyOS_mystricmp("abc", "ABC"), EXPECT(result == 0))
SUCCEEDS(PyOS_mystrnicmp, (), PyOS_mystrnicmp("abc", "ABD", 2), EXPECT(result == 0))
SUCCEEDS(PyOS_strtol, (), PyOS_strtol("-42", NULL, 0), EXPECT(result == -42))
SUCCEEDS(PyOS_strtoul, (), PyOS_strtoul("42", NULL, 0), EXPECT(result == 42))

SUCCEEDS(PyFile_GetLine, (py("io.StringIO('some text\\nmore')")), PyFile_GetLine(o[0], -1))
RAISES(PyFile_GetLine, EOFError, "EOF when reading a line", (py("io.StringIO('')")), PyFile_GetLine(o[0], -1))
SUCCEEDS(PyFile_WriteObject, (py("'some text'"), py("io.StringIO()")), PyFile_WriteObject(o[0], o[1], 0))
RAISES(PyFile_WriteObject, AttributeError, NULL, (py("'some text'"), marker()), PyFile_WriteObject(o[0], o[1], 0))
SUCCEEDS(PyFile_WriteString, (py("io.StringIO()")), PyFile_WriteString("some text", o[0]))
RAISES(PyFile_WriteString, AttributeError, NULL, (marker()), PyFile_WriteString("some text", o[0]))
RAISES(PyFile_OpenCode, FileNotFoundError, NULL, (), PyFile_OpenCode("/no/such/file"))
RAISES(PyFile_OpenCodeObject, TypeError, "'path' must be 'str', not 'counts.Marker'", (marker()), PyFile_OpenCodeObject(o[0]))
RAISES(PyFile_FromFd, OSError, NULL, (), PyFile_FromFd(999, NULL, "r", -1, NULL, NULL, NULL, 0))
SUCCEEDS(Py_fopen, (text("/dev/null")), Py_fopen(o[0], "r"), if (result != 0) Py_fclose((FILE *)result))
RAISES(Py_fopen, FileNotFoundError, NULL, (text("/no/such/file")), Py_fopen(o[0], "r"))
SUCCEEDS(PyMarshal_WriteObjectToString, (py("[1, 'two', 3.0]")), PyMarshal_WriteObjectToString(o[0], 2))
RAISES(PyMarshal_WriteObjectToString, ValueError, "unmarshallable object", (marker()), PyMarshal_WriteObjectToString(o[0], 2))
SUCCEEDS(PyMarshal_ReadObjectFromString, (), PyMarshal_ReadObjectFromString("i\x01\0\0\0", 5))
RAISES(PyMarshal_ReadObjectFromString, EOFError, NULL, (), PyMarshal_ReadObjectFromString("i\x01", 2))
