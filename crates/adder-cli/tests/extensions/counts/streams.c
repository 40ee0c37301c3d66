/* Streams of C's. */
#include "counts.h"

static FILE *stream;
static FILE *
bytes(const char *from, size_t count)
{
    return stream = fmemopen((void *)(uintptr_t)from, count, "r");
}
static FILE *
empty(void)
{
    return stream = tmpfile();
}
static void
rewound(void)
{
    rewind(stream);
}
#define OF_FIVE bytes("i\x05\0\0\0", 5)
#define OF_NOTHING empty()

SUCCEEDS(PyMarshal_WriteLongToFile, (), PyMarshal_WriteLongToFile(5, empty(), Py_MARSHAL_VERSION), EXPECT(ftell(stream) == 4); fclose(stream))
SUCCEEDS(PyMarshal_WriteObjectToFile, (py("[1, 'a', (2.5, None)]")), PyMarshal_WriteObjectToFile(o[0], empty(), Py_MARSHAL_VERSION), EXPECT(ftell(stream) > 10); rewound(); fclose(stream))
SUCCEEDS(PyMarshal_ReadLongFromFile, (), PyMarshal_ReadLongFromFile(bytes("\x05\0\0\0", 4)), EXPECT(result == 5); fclose(stream))
RAISES(PyMarshal_ReadLongFromFile, EOFError, NULL, (), PyMarshal_ReadLongFromFile(OF_NOTHING), fclose(stream))
SUCCEEDS(PyMarshal_ReadShortFromFile, (), PyMarshal_ReadShortFromFile(bytes("\x05\0", 2)), EXPECT(result == 5); fclose(stream))
RAISES(PyMarshal_ReadShortFromFile, EOFError, NULL, (), PyMarshal_ReadShortFromFile(OF_NOTHING), fclose(stream))
#define MARSHALLED "[\x02\0\0\0i\xe8\x03\0\0s\x03\0\0\0abc"
SUCCEEDS(PyMarshal_ReadObjectFromFile, (), PyMarshal_ReadObjectFromFile(bytes(MARSHALLED, sizeof MARSHALLED - 1)), EXPECT(PyList_Size((PyObject *)result) == 2); fclose(stream))
RAISES(PyMarshal_ReadObjectFromFile, EOFError, NULL, (), PyMarshal_ReadObjectFromFile(OF_NOTHING), fclose(stream))
RAISES(PyMarshal_ReadObjectFromFile, ValueError, "bad marshal data (unknown type code)", (), PyMarshal_ReadObjectFromFile(bytes("\x01", 1)), fclose(stream))
SUCCEEDS(PyMarshal_ReadLastObjectFromFile, (), PyMarshal_ReadLastObjectFromFile(bytes(MARSHALLED, sizeof MARSHALLED - 1)), EXPECT(PyList_Size((PyObject *)result) == 2); fclose(stream))
RAISES(PyMarshal_ReadLastObjectFromFile, EOFError, NULL, (), PyMarshal_ReadLastObjectFromFile(OF_NOTHING), fclose(stream))
RAISES(PyMarshal_ReadLastObjectFromFile, ValueError, "bad marshal data (unknown type code)", (), PyMarshal_ReadLastObjectFromFile(bytes("\x01", 1)), fclose(stream))

static char line[20];
SUCCEEDS(Py_UniversalNewlineFgets, (NULL), Py_UniversalNewlineFgets(line, sizeof line, bytes("a\r\nb", 4), o[0]), EXPECT(strcmp(line, "a\n") == 0); fclose(stream))
SUCCEEDS(Py_UniversalNewlineFgets, (NULL), Py_UniversalNewlineFgets(line, sizeof line, OF_NOTHING, o[0]), EXPECT(result == 0); fclose(stream))
SUCCEEDS(Py_fclose, (), Py_fclose(OF_FIVE), EXPECT(result == 0))
SUCCEEDS(PyOS_Readline, (), PyOS_Readline(bytes("a line\nmore", 11), stdout, ""), EXPECT(strcmp((const char *)result, "a line\n") == 0); PyMem_Free((void *)result); fclose(stream))
SUCCEEDS(PyOS_Readline, (), PyOS_Readline(OF_NOTHING, stdout, ""), EXPECT(*(const char *)result == 0); PyMem_Free((void *)result); fclose(stream))
