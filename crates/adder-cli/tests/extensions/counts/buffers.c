/* Buffers. */
#include "counts.h"

SUCCEEDS(PyObject_GetBuffer, (py("b'abc' * 5")), PyObject_GetBuffer(o[0], view, PyBUF_SIMPLE), EXPECT(view->len == 15); if (result == 0) PyBuffer_Release(view))
SUCCEEDS(PyObject_GetBuffer, (py("bytearray(b'abc' * 5)")), PyObject_GetBuffer(o[0], view, PyBUF_FULL), EXPECT(view->len == 15); if (result == 0) PyBuffer_Release(view))
RAISES(PyObject_GetBuffer, BufferError, "Object is not writable.", (py("b'abc' * 5")), PyObject_GetBuffer(o[0], view, PyBUF_WRITABLE))
RAISES(PyObject_GetBuffer, TypeError, "a bytes-like object is required, not 'counts.Marker'", (marker()), PyObject_GetBuffer(o[0], view, PyBUF_SIMPLE))
RAISES(PyObject_GetBuffer, BufferError, NULL, (py("b'abc' * 5")), PyObject_GetBuffer(o[0], NULL, PyBUF_SIMPLE))

static Py_buffer held;
static PyObject *exporter;
SUCCEEDS_AFTER((exporter = py("bytearray(5)"); PyObject_GetBuffer(exporter, &held, PyBUF_SIMPLE)), PyBuffer_Release, (), PyBuffer_Release(&held), Py_CLEAR(exporter))
SUCCEEDS(PyBuffer_Release, (), PyBuffer_Release(view))
SUCCEEDS(PyObject_CheckBuffer, (py("b'abc'")), PyObject_CheckBuffer(o[0]), EXPECT(result == 1))
SUCCEEDS(PyObject_CheckBuffer, (marker()), PyObject_CheckBuffer(o[0]), EXPECT(result == 0))
