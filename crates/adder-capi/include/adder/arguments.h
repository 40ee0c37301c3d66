/* Arguments read, values built. */
#ifndef ADDER_ARGUMENTS_H
#define ADDER_ARGUMENTS_H

ADDER_BEGIN

PyAPI_FUNC(int) PyArg_ParseTuple(PyObject *, const char *, ...);
PyAPI_FUNC(int) PyArg_VaParse(PyObject *, const char *, va_list);


ADDER_END

#endif
