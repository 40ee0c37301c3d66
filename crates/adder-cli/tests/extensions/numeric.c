/* int, float, complex, bool and the protocol of numbers: what extensions.rs looks at. */
#include "wrapping.h"

#if PY_VERSION_HEX < 0x030E0000
#define Py_HashBuffer(bytes, n) ((n) == 0 ? 0 : PyHash_GetFuncDef()->hash((bytes), (n)))
#endif

NUMBER_1(PyNumber_Check)
OBJECT_2(PyNumber_Add)
OBJECT_2(PyNumber_Subtract)
OBJECT_2(PyNumber_Multiply)
OBJECT_2(PyNumber_MatrixMultiply)
OBJECT_2(PyNumber_FloorDivide)
OBJECT_2(PyNumber_TrueDivide)
OBJECT_2(PyNumber_Remainder)
OBJECT_2(PyNumber_Divmod)
OBJECT_3(PyNumber_Power)
OBJECT_2(PyNumber_Lshift)
OBJECT_2(PyNumber_Rshift)
OBJECT_2(PyNumber_And)
OBJECT_2(PyNumber_Xor)
OBJECT_2(PyNumber_Or)
OBJECT_2(PyNumber_InPlaceAdd)
OBJECT_2(PyNumber_InPlaceSubtract)
OBJECT_2(PyNumber_InPlaceMultiply)
OBJECT_2(PyNumber_InPlaceMatrixMultiply)
OBJECT_2(PyNumber_InPlaceFloorDivide)
OBJECT_2(PyNumber_InPlaceTrueDivide)
OBJECT_2(PyNumber_InPlaceRemainder)
OBJECT_3(PyNumber_InPlacePower)
OBJECT_2(PyNumber_InPlaceLshift)
OBJECT_2(PyNumber_InPlaceRshift)
OBJECT_2(PyNumber_InPlaceAnd)
OBJECT_2(PyNumber_InPlaceXor)
OBJECT_2(PyNumber_InPlaceOr)
OBJECT_1(PyNumber_Negative)
OBJECT_1(PyNumber_Positive)
OBJECT_1(PyNumber_Absolute)
OBJECT_1(PyNumber_Invert)
NUMBER_1(PyIndex_Check)
OBJECT_1(PyNumber_Index)
OBJECT_1(PyNumber_Long)
OBJECT_1(PyNumber_Float)
NUMBER_2(PyNumber_AsSsize_t)
OBJECT_N(PyNumber_ToBase)

/* What an int is to C, in all its types. */
NUMBER_1(PyLong_AsLong)
NUMBER_1(PyLong_AsLongLong)
NUMBER_1(PyLong_AsInt)
NUMBER_1(PyLong_AsSsize_t)
FUNCTION(PyLong_AsSize_t) { UNUSED_; size_t r = PyLong_AsSize_t(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromSize_t(r); }
FUNCTION(PyLong_AsUnsignedLong) { UNUSED_; unsigned long r = PyLong_AsUnsignedLong(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(r); }
FUNCTION(PyLong_AsUnsignedLongLong) { UNUSED_; unsigned long long r = PyLong_AsUnsignedLongLong(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLongLong(r); }
FUNCTION(PyLong_AsUnsignedLongMask) { UNUSED_; unsigned long r = PyLong_AsUnsignedLongMask(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLong(r); }
FUNCTION(PyLong_AsUnsignedLongLongMask) { UNUSED_; unsigned long long r = PyLong_AsUnsignedLongLongMask(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromUnsignedLongLong(r); }
FUNCTION(PyLong_AsVoidPtr) { UNUSED_; void *r = PyLong_AsVoidPtr(ARG(0)); return PyErr_Occurred() ? NULL : PyLong_FromVoidPtr(r); }
FUNCTION(PyLong_AsDouble) { UNUSED_; double r = PyLong_AsDouble(ARG(0)); return PyErr_Occurred() ? NULL : PyFloat_FromDouble(r); }

FUNCTION(PyLong_AsLongAndOverflow)
{
    UNUSED_;
    int overflow = 7;
    long r = PyLong_AsLongAndOverflow(ARG(0), &overflow);
    if (r == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return found(overflow + 1, PyLong_FromLong(r));
}

FUNCTION(PyLong_AsLongLongAndOverflow)
{
    UNUSED_;
    int overflow = 7;
    long long r = PyLong_AsLongLongAndOverflow(ARG(0), &overflow);
    if (r == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return found(overflow + 1, PyLong_FromLongLong(r));
}

FUNCTION(PyLong_FromDouble)
{
    UNUSED_;
    return PyLong_FromDouble(PyFloat_AS_DOUBLE(args[0]));
}

FUNCTION(limits)
{
    UNUSED_;
    PyObject *all = PyList_New(0);
    PyObject *made[] = {PyLong_FromLong(LONG_MIN), PyLong_FromLong(LONG_MAX), PyLong_FromLongLong(LLONG_MIN),
        PyLong_FromSsize_t(PY_SSIZE_T_MIN), PyLong_FromUnsignedLong(ULONG_MAX), PyLong_FromUnsignedLongLong(ULLONG_MAX),
        PyLong_FromSize_t(SIZE_MAX), PyLong_FromVoidPtr(NULL), PyBool_FromLong(0), PyBool_FromLong(-3),
        PyFloat_FromDouble(PyFloat_GetMax()), PyFloat_FromDouble(PyFloat_GetMin()), PyFloat_FromDouble(Py_MATH_PI),
        PyFloat_FromDouble(Py_INFINITY), PyFloat_FromDouble(Py_MATH_E)};
    for (size_t at = 0; at < Py_ARRAY_LENGTH(made); at++) {
        if (made[at] == NULL || PyList_Append(all, made[at]) < 0) {
            return NULL;
        }
        Py_DECREF(made[at]);
    }
    return all;
}

FUNCTION(PyLong_FromString)
{
    UNUSED_;
    const char *text = text_of(args[0]);
    char *end = NULL;
    PyObject *made = PyLong_FromString(text, n > 2 ? &end : NULL, (int)PyLong_AsLong(args[1]));
    if (n > 2 && end != NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyObject *number = PyLong_FromSsize_t(end - text);
        PyObject_SetAttrString(args[2], "end", number);
        Py_DECREF(number);
        PyErr_Restore(type, value, traceback);
    }
    return made;
}

FUNCTION(PyLong_FromUnicodeObject) { UNUSED_; return PyLong_FromUnicodeObject(ARG(0), (int)PyLong_AsLong(args[1])); }

/* PyLong_AsNativeBytes(int, bytes, flags): what it says, and the bytes. */
FUNCTION(PyLong_AsNativeBytes)
{
    UNUSED_;
    unsigned char buffer[32];
    memset(buffer, 0x5A, sizeof buffer);
    Py_ssize_t size = PyLong_AsSsize_t(args[1]);
    Py_ssize_t result = PyLong_AsNativeBytes(ARG(0), buffer, size, (int)PyLong_AsLong(args[2]));
    if (result < 0) {
        return NULL;
    }
    return found((int)result, PyBytes_FromStringAndSize((char *)buffer, size));
}

FUNCTION(PyLong_FromNativeBytes)
{
    UNUSED_;
    return PyLong_FromNativeBytes(PyBytes_AsString(args[0]), (size_t)PyBytes_Size(args[0]), (int)PyLong_AsLong(args[1]));
}

FUNCTION(PyLong_FromUnsignedNativeBytes)
{
    UNUSED_;
    return PyLong_FromUnsignedNativeBytes(
        PyBytes_AsString(args[0]), (size_t)PyBytes_Size(args[0]), (int)PyLong_AsLong(args[1]));
}

/* _PyLong_AsByteArray(int, bytes, little, signed, errors) */
FUNCTION(_PyLong_AsByteArray)
{
    UNUSED_;
    unsigned char buffer[32];
    memset(buffer, 0x5A, sizeof buffer);
    Py_ssize_t size = PyLong_AsSsize_t(args[1]);
    int result = _PyLong_AsByteArray((PyLongObject *)args[0], buffer, (size_t)size, PyObject_IsTrue(args[2]),
        PyObject_IsTrue(args[3]), PyObject_IsTrue(args[4]));
    if (result < 0) {
        return PyErr_Occurred() ? NULL : PyUnicode_FromString("-1, and no exception");
    }
    return PyBytes_FromStringAndSize((char *)buffer, size);
}

FUNCTION(_PyLong_FromByteArray)
{
    UNUSED_;
    return _PyLong_FromByteArray((const unsigned char *)PyBytes_AsString(args[0]), (size_t)PyBytes_Size(args[0]),
        PyObject_IsTrue(args[1]), PyObject_IsTrue(args[2]));
}

FUNCTION(_PyLong_Sign) { UNUSED_; return PyLong_FromLong(_PyLong_Sign(args[0])); }
FUNCTION(_PyLong_NumBits) { UNUSED_; return PyLong_FromLongLong((long long)_PyLong_NumBits(args[0])); }
FUNCTION(_PyLong_Copy) { UNUSED_; return _PyLong_Copy((PyLongObject *)args[0]); }

FUNCTION(compact)
{
    UNUSED_;
    const PyLongObject *object = (const PyLongObject *)args[0];
    return PyUnstable_Long_IsCompact(object) ? PyLong_FromSsize_t(PyUnstable_Long_CompactValue(object)) : Py_NewRef(Py_None);
}

/* Signs, and types of fixed width: new in 3.14. */
FUNCTION(sign)
{
    UNUSED_;
    int result[4];
#if PY_VERSION_HEX >= 0x030E0000
    if (PyLong_GetSign(args[0], &result[0]) < 0) {
        return NULL;
    }
    result[1] = PyLong_IsPositive(args[0]);
    result[2] = PyLong_IsNegative(args[0]);
    result[3] = PyLong_IsZero(args[0]);
#else
    if (!PyLong_Check(args[0])) {
        return PyErr_Format(PyExc_TypeError, "expected int, got %s", Py_TYPE(args[0])->tp_name);
    }
    result[0] = _PyLong_Sign(args[0]);
    result[1] = result[0] > 0;
    result[2] = result[0] < 0;
    result[3] = result[0] == 0;
#endif
    PyObject *all = PyList_New(4);
    for (int at = 0; at < 4; at++) {
        PyList_SET_ITEM(all, at, PyLong_FromLong(result[at]));
    }
    return all;
}

#if PY_VERSION_HEX >= 0x030E0000
FUNCTION(PyLong_AsInt32) { UNUSED_; int32_t to = 0; return PyLong_AsInt32(ARG(0), &to) < 0 ? NULL : PyLong_FromInt32(to); }
FUNCTION(PyLong_AsInt64) { UNUSED_; int64_t to = 0; return PyLong_AsInt64(ARG(0), &to) < 0 ? NULL : PyLong_FromInt64(to); }
FUNCTION(PyLong_AsUInt32) { UNUSED_; uint32_t to = 0; return PyLong_AsUInt32(ARG(0), &to) < 0 ? NULL : PyLong_FromUInt32(to); }
FUNCTION(PyLong_AsUInt64) { UNUSED_; uint64_t to = 0; return PyLong_AsUInt64(ARG(0), &to) < 0 ? NULL : PyLong_FromUInt64(to); }
#else
#define FIXED(type, unsigned_) \
    type to = 0; \
    Py_ssize_t size = PyLong_AsNativeBytes(ARG(0), &to, sizeof to, unsigned_ ? 3 | 4 | 8 | 16 : 3 | 16); \
    if (size > (Py_ssize_t)sizeof to) { \
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C " #type); \
        return NULL; \
    } \
    if (size < 0) { \
        return NULL; \
    }
FUNCTION(PyLong_AsInt32) { UNUSED_; FIXED(int32_t, 0) return PyLong_FromLong(to); }
FUNCTION(PyLong_AsInt64) { UNUSED_; FIXED(int64_t, 0) return PyLong_FromLongLong(to); }
FUNCTION(PyLong_AsUInt32) { UNUSED_; FIXED(uint32_t, 1) return PyLong_FromUnsignedLong(to); }
FUNCTION(PyLong_AsUInt64) { UNUSED_; FIXED(uint64_t, 1) return PyLong_FromUnsignedLongLong(to); }
#endif

/* An int taken to digits and made of them again: new in 3.14. */
FUNCTION(through_digits)
{
    UNUSED_;
#if PY_VERSION_HEX >= 0x030E0000
    const PyLongLayout *layout = PyLong_GetNativeLayout();
    PyLongExport given;
    if (PyLong_Export(args[0], &given) < 0) {
        return NULL;
    }
    if (given.digits == NULL) {
        return PyLong_FromInt64(given.value);
    }
    void *digits = NULL;
    PyLongWriter *writer = PyLongWriter_Create(given.negative, given.ndigits, &digits);
    if (writer == NULL) {
        PyLong_FreeExport(&given);
        return NULL;
    }
    memcpy(digits, given.digits, (size_t)given.ndigits * layout->digit_size);
    PyLong_FreeExport(&given);
    PyLong_FreeExport(&given);
    PyLongWriter_Discard(NULL);
    PyLongWriter_Discard(PyLongWriter_Create(0, 3, &digits));
    return PyLongWriter_Finish(writer);
#else
    if (!PyLong_Check(args[0])) {
        return PyErr_Format(PyExc_TypeError, "expected int, got %s", Py_TYPE(args[0])->tp_name);
    }
    return _PyLong_Copy((PyLongObject *)args[0]);
#endif
}

FUNCTION(PyFloat_AsDouble) { UNUSED_; double r = PyFloat_AsDouble(ARG(0)); return PyErr_Occurred() ? NULL : PyFloat_FromDouble(r); }
OBJECT_1(PyFloat_FromString)
FUNCTION(PyFloat_GetInfo) { UNUSED_; return PyFloat_GetInfo(); }
FUNCTION(PyLong_GetInfo) { UNUSED_; return PyLong_GetInfo(); }

/* PyFloat_Pack(size, number, little): the bytes, and what they say. */
FUNCTION(PyFloat_Pack)
{
    UNUSED_;
    char bytes[8];
    double value = PyFloat_AsDouble(args[1]), back = 0;
    long size = PyLong_AsLong(args[0]);
    int little = PyObject_IsTrue(args[2]), done = 0;
    switch (size) {
        case 2: done = PyFloat_Pack2(value, bytes, little); back = done ? 0 : PyFloat_Unpack2(bytes, little); break;
        case 4: done = PyFloat_Pack4(value, bytes, little); back = done ? 0 : PyFloat_Unpack4(bytes, little); break;
        default: done = PyFloat_Pack8(value, bytes, little); back = done ? 0 : PyFloat_Unpack8(bytes, little); break;
    }
    if (done < 0) {
        return NULL;
    }
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyBytes_FromStringAndSize(bytes, size));
    PyTuple_SET_ITEM(pair, 1, PyFloat_FromDouble(back));
    return pair;
}

FUNCTION(PyComplex_FromDoubles) { UNUSED_; return PyComplex_FromDoubles(PyFloat_AsDouble(args[0]), PyFloat_AsDouble(args[1])); }
FUNCTION(PyComplex_RealAsDouble) { UNUSED_; double r = PyComplex_RealAsDouble(ARG(0)); return PyErr_Occurred() ? NULL : PyFloat_FromDouble(r); }
FUNCTION(PyComplex_ImagAsDouble) { UNUSED_; double r = PyComplex_ImagAsDouble(ARG(0)); return PyErr_Occurred() ? NULL : PyFloat_FromDouble(r); }
FUNCTION(PyComplex_AsCComplex)
{
    UNUSED_;
    Py_complex value = PyComplex_AsCComplex(ARG(0));
    if (PyErr_Occurred()) {
        return value.real == -1.0 ? NULL : PyUnicode_FromString("not -1");
    }
    return PyComplex_FromCComplex(value);
}

/* Arithmetic on C's complex numbers: sum, difference, negative, product, quotient, power, length, with errno. */
FUNCTION(complex_arithmetic)
{
    UNUSED_;
    Py_complex a = ((PyComplexObject *)args[0])->cval, b = ((PyComplexObject *)args[1])->cval;
    PyObject *all = PyList_New(0);
    Py_complex made[6];
    int errors[7] = {0};
    made[0] = _Py_c_sum(a, b);
    made[1] = _Py_c_diff(a, b);
    made[2] = _Py_c_neg(a);
    made[3] = _Py_c_prod(a, b);
    errno = 0;
    made[4] = _Py_c_quot(a, b);
    errors[4] = errno;
    errno = 0;
    made[5] = _Py_c_pow(a, b);
    errors[5] = errno;
    for (int at = 0; at < 6; at++) {
        PyObject *value = PyComplex_FromCComplex(made[at]);
        PyObject *error = PyLong_FromLong(errors[at]);
        PyList_Append(all, value);
        PyList_Append(all, error);
        Py_DECREF(value);
        Py_DECREF(error);
    }
    double length = _Py_c_abs(a);
    PyObject *value = PyFloat_FromDouble(length);
    PyList_Append(all, value);
    Py_DECREF(value);
    return all;
}

/* What an object is, by the macros. */
FUNCTION(kinds_of)
{
    UNUSED_;
    PyObject *o = args[0];
    int is[] = {PyLong_Check(o), PyLong_CheckExact(o), PyBool_Check(o), PyFloat_Check(o), PyFloat_CheckExact(o),
        PyComplex_Check(o), PyComplex_CheckExact(o)};
    char text[8] = {0};
    for (size_t at = 0; at < Py_ARRAY_LENGTH(is); at++) {
        text[at] = is[at] ? '1' : '0';
    }
    return PyUnicode_FromString(text);
}

/* Hashes: the numbers that are the same in every process. */
FUNCTION(_Py_HashDouble) { UNUSED_; return PyLong_FromSsize_t(_Py_HashDouble(args[0], PyFloat_AsDouble(args[0]))); }
FUNCTION(Py_HashPointer) { UNUSED_; return PyLong_FromSsize_t(Py_HashPointer(PyLong_AsVoidPtr(args[0]))); }
FUNCTION(Py_HashBuffer) { UNUSED_; return PyLong_FromSsize_t(Py_HashBuffer(PyBytes_AsString(args[0]), PyBytes_Size(args[0]))); }
FUNCTION(PyObject_GenericHash) { UNUSED_; return PyLong_FromSsize_t(PyObject_GenericHash(args[0])); }
FUNCTION(PyHash_GetFuncDef)
{
    UNUSED_;
    PyHash_FuncDef *function = PyHash_GetFuncDef();
    return found((int)function->hash_bits + function->seed_bits + (strncmp(function->name, "siphash", 7) == 0),
        PyLong_FromSsize_t(function->hash(PyBytes_AsString(args[0]), PyBytes_Size(args[0]))));
}

FUNCTION(Py_GetConstant)
{
    UNUSED_;
    unsigned int number = (unsigned int)PyLong_AsLong(args[0]);
    PyObject *owned = Py_GetConstant(number);
    if (owned == NULL) {
        return NULL;
    }
    PyObject *borrowed = Py_GetConstantBorrowed(number);
    if (borrowed != owned) {
        PyErr_SetString(PyExc_AssertionError, "two constants");
    }
    return owned;
}

OBJECT_2(Py_GenericAlias)

static PyMethodDef methods[] = {
    ROW(PyNumber_Check), ROW(PyNumber_Add), ROW(PyNumber_Subtract), ROW(PyNumber_Multiply), ROW(PyNumber_MatrixMultiply),
    ROW(PyNumber_FloorDivide), ROW(PyNumber_TrueDivide), ROW(PyNumber_Remainder), ROW(PyNumber_Divmod), ROW(PyNumber_Power),
    ROW(PyNumber_Lshift), ROW(PyNumber_Rshift), ROW(PyNumber_And), ROW(PyNumber_Xor), ROW(PyNumber_Or),
    ROW(PyNumber_InPlaceAdd), ROW(PyNumber_InPlaceSubtract), ROW(PyNumber_InPlaceMultiply),
    ROW(PyNumber_InPlaceMatrixMultiply), ROW(PyNumber_InPlaceFloorDivide), ROW(PyNumber_InPlaceTrueDivide),
    ROW(PyNumber_InPlaceRemainder), ROW(PyNumber_InPlacePower), ROW(PyNumber_InPlaceLshift), ROW(PyNumber_InPlaceRshift),
    ROW(PyNumber_InPlaceAnd), ROW(PyNumber_InPlaceXor), ROW(PyNumber_InPlaceOr), ROW(PyNumber_Negative),
    ROW(PyNumber_Positive), ROW(PyNumber_Absolute), ROW(PyNumber_Invert), ROW(PyIndex_Check), ROW(PyNumber_Index),
    ROW(PyNumber_Long), ROW(PyNumber_Float), ROW(PyNumber_AsSsize_t), ROW(PyNumber_ToBase), ROW(PyLong_AsLong),
    ROW(PyLong_AsLongLong), ROW(PyLong_AsInt), ROW(PyLong_AsSsize_t), ROW(PyLong_AsSize_t), ROW(PyLong_AsUnsignedLong),
    ROW(PyLong_AsUnsignedLongLong), ROW(PyLong_AsUnsignedLongMask), ROW(PyLong_AsUnsignedLongLongMask),
    ROW(PyLong_AsVoidPtr), ROW(PyLong_AsDouble), ROW(PyLong_AsLongAndOverflow), ROW(PyLong_AsLongLongAndOverflow),
    ROW(PyLong_FromDouble), ROW(limits), ROW(PyLong_FromString), ROW(PyLong_FromUnicodeObject), ROW(PyLong_AsNativeBytes),
    ROW(PyLong_FromNativeBytes), ROW(PyLong_FromUnsignedNativeBytes), ROW(_PyLong_AsByteArray), ROW(_PyLong_FromByteArray),
    ROW(_PyLong_Sign), ROW(_PyLong_NumBits), ROW(_PyLong_Copy), ROW(compact), ROW(sign), ROW(PyLong_AsInt32),
    ROW(PyLong_AsInt64), ROW(PyLong_AsUInt32), ROW(PyLong_AsUInt64), ROW(through_digits), ROW(PyFloat_AsDouble),
    ROW(PyFloat_FromString), ROW(PyFloat_GetInfo), ROW(PyLong_GetInfo), ROW(PyFloat_Pack), ROW(PyComplex_FromDoubles),
    ROW(PyComplex_RealAsDouble), ROW(PyComplex_ImagAsDouble), ROW(PyComplex_AsCComplex), ROW(complex_arithmetic),
    ROW(kinds_of), ROW(_Py_HashDouble), ROW(Py_HashPointer), ROW(Py_HashBuffer), ROW(PyObject_GenericHash),
    ROW(PyHash_GetFuncDef), ROW(Py_GetConstant), ROW(Py_GenericAlias), {NULL, NULL, 0, NULL}
};

MODULE(numeric, methods)
