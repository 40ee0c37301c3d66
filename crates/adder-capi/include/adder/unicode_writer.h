/* The writer of strings under its older, private names, which modules keep in their own frames. */
#ifndef ADDER_UNICODE_WRITER_H
#define ADDER_UNICODE_WRITER_H

typedef struct {
    PyUnicodeWriter *_adder_writer;
    Py_ssize_t min_length;
    unsigned char overallocate;
} _PyUnicodeWriter;

static inline void
_PyUnicodeWriter_Init(_PyUnicodeWriter *writer)
{
    writer->_adder_writer = Py_NULL;
    writer->min_length = 0;
    writer->overallocate = 0;
}

/* It is made when something is written. */
static inline PyUnicodeWriter *
_Adder_WriterOf(_PyUnicodeWriter *writer)
{
    if (writer->_adder_writer == Py_NULL) {
        writer->_adder_writer = PyUnicodeWriter_Create(0);
    }
    return writer->_adder_writer;
}

static inline int
_PyUnicodeWriter_WriteStr(_PyUnicodeWriter *writer, PyObject *text)
{
    PyUnicodeWriter *real = _Adder_WriterOf(writer);
    return real == Py_NULL ? -1 : PyUnicodeWriter_WriteStr(real, text);
}

static inline int
_PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter *writer, PyObject *text, Py_ssize_t start, Py_ssize_t end)
{
    PyUnicodeWriter *real = _Adder_WriterOf(writer);
    return real == Py_NULL ? -1 : PyUnicodeWriter_WriteSubstring(real, text, start, end);
}

static inline int
_PyUnicodeWriter_WriteChar(_PyUnicodeWriter *writer, Py_UCS4 character)
{
    PyUnicodeWriter *real = _Adder_WriterOf(writer);
    return real == Py_NULL ? -1 : PyUnicodeWriter_WriteChar(real, character);
}

static inline int
_PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter *writer, const char *text, Py_ssize_t length)
{
    PyUnicodeWriter *real = _Adder_WriterOf(writer);
    return real == Py_NULL ? -1 : PyUnicodeWriter_WriteUTF8(real, text, length);
}

static inline PyObject *
_PyUnicodeWriter_Finish(_PyUnicodeWriter *writer)
{
    PyUnicodeWriter *real = _Adder_WriterOf(writer);
    writer->_adder_writer = Py_NULL;
    return real == Py_NULL ? Py_NULL : PyUnicodeWriter_Finish(real);
}

static inline void
_PyUnicodeWriter_Dealloc(_PyUnicodeWriter *writer)
{
    PyUnicodeWriter_Discard(writer->_adder_writer);
    writer->_adder_writer = Py_NULL;
}

#endif
