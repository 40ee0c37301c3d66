/* int, float, complex, bool. */
#include "counts.h"

#define HUGE_ "2**70"

SUCCEEDS(PyLong_FromLong, (), PyLong_FromLong(-5))
SUCCEEDS(PyLong_FromLong, (), PyLong_FromLong(LONG_MIN))
SUCCEEDS(PyLong_FromLongLong, (), PyLong_FromLongLong(1LL << 40))
SUCCEEDS(PyLong_FromSsize_t, (), PyLong_FromSsize_t(PY_SSIZE_T_MAX))
SUCCEEDS(PyLong_FromUnsignedLong, (), PyLong_FromUnsignedLong(ULONG_MAX))
SUCCEEDS(PyLong_FromUnsignedLongLong, (), PyLong_FromUnsignedLongLong(ULLONG_MAX))
SUCCEEDS(PyLong_FromSize_t, (), PyLong_FromSize_t(SIZE_MAX))
SUCCEEDS(PyLong_FromVoidPtr, (), PyLong_FromVoidPtr(&hooks))
SUCCEEDS(PyLong_FromDouble, (), PyLong_FromDouble(1e30))
RAISES(PyLong_FromDouble, OverflowError, "cannot convert float infinity to integer", (), PyLong_FromDouble(INFINITY))
RAISES(PyLong_FromDouble, ValueError, "cannot convert float NaN to integer", (), PyLong_FromDouble(NAN))

SUCCEEDS(PyLong_AsVoidPtr, (number(1234)), PyLong_AsVoidPtr(o[0]), EXPECT(result == 1234))
RAISES(PyLong_AsVoidPtr, OverflowError, NULL, (py(HUGE_)), PyLong_AsVoidPtr(o[0]))
RAISES(PyLong_AsVoidPtr, TypeError, NULL, (marker()), PyLong_AsVoidPtr(o[0]))

SUCCEEDS(PyLong_AsLong, (number(-1234)), PyLong_AsLong(o[0]), EXPECT(result == -1234))
SUCCEEDS(PyLong_AsLong, (py("Index(-1234)")), PyLong_AsLong(o[0]), EXPECT(result == -1234))
RAISES(PyLong_AsLong, OverflowError, "Python int too large to convert to C long", (py(HUGE_)), PyLong_AsLong(o[0]))
RAISES(PyLong_AsLong, TypeError, "'counts.Marker' object cannot be interpreted as an integer", (marker()), PyLong_AsLong(o[0]))
RAISES(PyLong_AsLong, ValueError, "bad", (py("Bad()")), PyLong_AsLong(o[0]))

SUCCEEDS(PyLong_AsInt, (number(-1234)), PyLong_AsInt(o[0]), EXPECT(result == -1234))
RAISES(PyLong_AsInt, OverflowError, "Python int too large to convert to C int", (py("2**40")), PyLong_AsInt(o[0]))
RAISES(PyLong_AsInt, TypeError, NULL, (marker()), PyLong_AsInt(o[0]))
RAISES(PyLong_AsInt, ValueError, "bad", (py("Bad()")), PyLong_AsInt(o[0]))

SUCCEEDS(PyLong_AsLongAndOverflow, (number(7)), PyLong_AsLongAndOverflow(o[0], (int *)&n[0]), EXPECT(result == 7 && (int)n[0] == 0))
SUCCEEDS(PyLong_AsLongAndOverflow, (py(HUGE_)), PyLong_AsLongAndOverflow(o[0], (int *)&n[0]), EXPECT(result == -1 && (int)n[0] == 1))
SUCCEEDS(PyLong_AsLongAndOverflow, (py("-" HUGE_)), PyLong_AsLongAndOverflow(o[0], (int *)&n[0]), EXPECT(result == -1 && (int)n[0] == -1))
RAISES(PyLong_AsLongAndOverflow, TypeError, NULL, (marker()), PyLong_AsLongAndOverflow(o[0], (int *)&n[0]))
RAISES(PyLong_AsLongAndOverflow, ValueError, "bad", (py("Bad()")), PyLong_AsLongAndOverflow(o[0], (int *)&n[0]))
SUCCEEDS(PyLong_AsLongLongAndOverflow, (number(7)), PyLong_AsLongLongAndOverflow(o[0], (int *)&n[0]), EXPECT(result == 7))
SUCCEEDS(PyLong_AsLongLongAndOverflow, (py(HUGE_)), PyLong_AsLongLongAndOverflow(o[0], (int *)&n[0]), EXPECT((int)n[0] == 1))
RAISES(PyLong_AsLongLongAndOverflow, TypeError, NULL, (marker()), PyLong_AsLongLongAndOverflow(o[0], (int *)&n[0]))

SUCCEEDS(PyLong_AsLongLong, (number(7)), PyLong_AsLongLong(o[0]), EXPECT(result == 7))
RAISES(PyLong_AsLongLong, OverflowError, NULL, (py(HUGE_)), PyLong_AsLongLong(o[0]))
RAISES(PyLong_AsLongLong, TypeError, NULL, (marker()), PyLong_AsLongLong(o[0]))
RAISES(PyLong_AsLongLong, ValueError, "bad", (py("Bad()")), PyLong_AsLongLong(o[0]))

SUCCEEDS(PyLong_AsSsize_t, (number(7)), PyLong_AsSsize_t(o[0]), EXPECT(result == 7))
RAISES(PyLong_AsSsize_t, OverflowError, "Python int too large to convert to C ssize_t", (py(HUGE_)), PyLong_AsSsize_t(o[0]))
RAISES(PyLong_AsSsize_t, TypeError, "an integer is required", (marker()), PyLong_AsSsize_t(o[0]))
SUCCEEDS(PyLong_AsSize_t, (number(7)), PyLong_AsSize_t(o[0]), EXPECT(result == 7))
RAISES(PyLong_AsSize_t, OverflowError, "Python int too large to convert to C size_t", (py(HUGE_)), PyLong_AsSize_t(o[0]))
RAISES(PyLong_AsSize_t, OverflowError, NULL, (number(-7)), PyLong_AsSize_t(o[0]))
RAISES(PyLong_AsSize_t, TypeError, "an integer is required", (marker()), PyLong_AsSize_t(o[0]))
SUCCEEDS(PyLong_AsUnsignedLong, (py("2**64 - 2")), PyLong_AsUnsignedLong(o[0]), EXPECT(result == -2))
RAISES(PyLong_AsUnsignedLong, OverflowError, "Python int too large to convert to C unsigned long", (py(HUGE_)), PyLong_AsUnsignedLong(o[0]))
RAISES(PyLong_AsUnsignedLong, OverflowError, "can't convert negative value to unsigned int", (number(-7)), PyLong_AsUnsignedLong(o[0]))
RAISES(PyLong_AsUnsignedLong, TypeError, "an integer is required", (marker()), PyLong_AsUnsignedLong(o[0]))
SUCCEEDS(PyLong_AsUnsignedLongLong, (py("2**64 - 2")), PyLong_AsUnsignedLongLong(o[0]), EXPECT(result == -2))
RAISES(PyLong_AsUnsignedLongLong, OverflowError, NULL, (py(HUGE_)), PyLong_AsUnsignedLongLong(o[0]))
RAISES(PyLong_AsUnsignedLongLong, OverflowError, NULL, (number(-7)), PyLong_AsUnsignedLongLong(o[0]))
RAISES(PyLong_AsUnsignedLongLong, TypeError, "an integer is required", (marker()), PyLong_AsUnsignedLongLong(o[0]))

SUCCEEDS(PyLong_AsUnsignedLongMask, (py("2**70 + 5")), PyLong_AsUnsignedLongMask(o[0]), EXPECT(result == 5))
SUCCEEDS(PyLong_AsUnsignedLongMask, (py("Index(-5)")), PyLong_AsUnsignedLongMask(o[0]), EXPECT(result == -5))
RAISES(PyLong_AsUnsignedLongMask, TypeError, NULL, (marker()), PyLong_AsUnsignedLongMask(o[0]))
RAISES(PyLong_AsUnsignedLongMask, ValueError, "bad", (py("Bad()")), PyLong_AsUnsignedLongMask(o[0]))
SUCCEEDS(PyLong_AsUnsignedLongLongMask, (py("2**70 + 5")), PyLong_AsUnsignedLongLongMask(o[0]), EXPECT(result == 5))
RAISES(PyLong_AsUnsignedLongLongMask, TypeError, NULL, (marker()), PyLong_AsUnsignedLongLongMask(o[0]))

SUCCEEDS(PyLong_AsDouble, (py(HUGE_)), PyLong_AsDouble(o[0]))
RAISES(PyLong_AsDouble, OverflowError, "int too large to convert to float", (py("2**2000")), PyLong_AsDouble(o[0]))
RAISES(PyLong_AsDouble, TypeError, "an integer is required", (marker()), PyLong_AsDouble(o[0]))

SUCCEEDS(PyFloat_FromDouble, (), PyFloat_FromDouble(1.5))
SUCCEEDS(PyFloat_AsDouble, (py("7.5")), PyFloat_AsDouble(o[0]), EXPECT(result == 7))
SUCCEEDS(PyFloat_AsDouble, (py("2**40")), PyFloat_AsDouble(o[0]), EXPECT(result == 1L << 40))
RAISES(PyFloat_AsDouble, TypeError, "must be real number, not counts.Marker", (marker()), PyFloat_AsDouble(o[0]))
RAISES(PyFloat_AsDouble, ValueError, "bad", (py("Bad()")), PyFloat_AsDouble(o[0]))
RAISES(PyFloat_AsDouble, OverflowError, NULL, (py("2**2000")), PyFloat_AsDouble(o[0]))
SUCCEEDS(PyFloat_FromString, (text("1.25")), PyFloat_FromString(o[0]))
RAISES(PyFloat_FromString, ValueError, "could not convert string to float: 'abc'", (text("abc")), PyFloat_FromString(o[0]))
RAISES(PyFloat_FromString, TypeError, NULL, (marker()), PyFloat_FromString(o[0]))

SUCCEEDS(PyBool_FromLong, (), PyBool_FromLong(1), EXPECT(result == (intptr_t)Py_True))
SUCCEEDS(PyBool_FromLong, (), PyBool_FromLong(0), EXPECT(result == (intptr_t)Py_False))

SUCCEEDS(PyNumber_AsSsize_t, (number(7), NULL), PyNumber_AsSsize_t(o[0], o[1]), EXPECT(result == 7))
SUCCEEDS(PyNumber_AsSsize_t, (py(HUGE_), NULL), PyNumber_AsSsize_t(o[0], o[1]), EXPECT(result == PY_SSIZE_T_MAX))
SUCCEEDS(PyNumber_AsSsize_t, (py("Index(9)"), own(PyExc_IndexError)), PyNumber_AsSsize_t(o[0], o[1]), EXPECT(result == 9))
RAISES(PyNumber_AsSsize_t, IndexError, "cannot fit 'int' into an index-sized integer", (py(HUGE_), own(PyExc_IndexError)), PyNumber_AsSsize_t(o[0], o[1]))
RAISES(PyNumber_AsSsize_t, TypeError, "'counts.Marker' object cannot be interpreted as an integer", (marker(), NULL), PyNumber_AsSsize_t(o[0], o[1]))
RAISES(PyNumber_AsSsize_t, ValueError, "bad", (py("Bad()"), NULL), PyNumber_AsSsize_t(o[0], o[1]))

SUCCEEDS(PyNumber_Long, (text("123456789012345678901234567890")), PyNumber_Long(o[0]))
SUCCEEDS(PyNumber_Long, (py("7.5")), PyNumber_Long(o[0]))
RAISES(PyNumber_Long, ValueError, NULL, (text("abc")), PyNumber_Long(o[0]))
RAISES(PyNumber_Long, TypeError, NULL, (marker()), PyNumber_Long(o[0]))
RAISES(PyNumber_Long, ValueError, "bad", (py("Bad()")), PyNumber_Long(o[0]))
SUCCEEDS(PyNumber_Float, (text("1.5")), PyNumber_Float(o[0]))
SUCCEEDS(PyNumber_Float, (py("7.5")), PyNumber_Float(o[0]))
RAISES(PyNumber_Float, ValueError, NULL, (text("abc")), PyNumber_Float(o[0]))
RAISES(PyNumber_Float, TypeError, NULL, (marker()), PyNumber_Float(o[0]))
RAISES(PyNumber_Float, ValueError, "bad", (py("Bad()")), PyNumber_Float(o[0]))
SUCCEEDS(PyNumber_Index, (py(HUGE_)), PyNumber_Index(o[0]))
SUCCEEDS(PyNumber_Index, (py("Index(2**70)")), PyNumber_Index(o[0]))
RAISES(PyNumber_Index, TypeError, "'counts.Marker' object cannot be interpreted as an integer", (marker()), PyNumber_Index(o[0]))
RAISES(PyNumber_Index, ValueError, "bad", (py("Bad()")), PyNumber_Index(o[0]))

SUCCEEDS(PyLong_FromString, (), PyLong_FromString("123456789012345678901234567890", NULL, 10))
RAISES(PyLong_FromString, ValueError, "invalid literal for int() with base 10: 'abc'", (), PyLong_FromString("abc", NULL, 10))
RAISES(PyLong_FromString, ValueError, "int() arg 2 must be >= 2 and <= 36", (), PyLong_FromString("1", NULL, 1))
SUCCEEDS(PyLong_FromUnicodeObject, (text("ffffffffffffffffffffff")), PyLong_FromUnicodeObject(o[0], 16))
RAISES(PyLong_FromUnicodeObject, ValueError, NULL, (text("z")), PyLong_FromUnicodeObject(o[0], 16))
RAISES(PyLong_FromUnicodeObject, SystemError, NULL, (marker()), PyLong_FromUnicodeObject(o[0], 16))
SUCCEEDS(PyLong_IsPositive, (py(HUGE_)), PyLong_IsPositive(o[0]), EXPECT(result == 1))
RAISES(PyLong_IsPositive, TypeError, "expected int, got counts.Marker", (marker()), PyLong_IsPositive(o[0]))
SUCCEEDS(PyLong_IsNegative, (py(HUGE_)), PyLong_IsNegative(o[0]), EXPECT(result == 0))
RAISES(PyLong_IsNegative, TypeError, NULL, (marker()), PyLong_IsNegative(o[0]))
SUCCEEDS(PyLong_IsZero, (number(0)), PyLong_IsZero(o[0]), EXPECT(result == 1))
RAISES(PyLong_IsZero, TypeError, NULL, (marker()), PyLong_IsZero(o[0]))
SUCCEEDS(PyLong_GetSign, (py("-" HUGE_)), PyLong_GetSign(o[0], (int *)&n[0]), EXPECT((int)n[0] == -1))
RAISES(PyLong_GetSign, TypeError, NULL, (marker()), PyLong_GetSign(o[0], (int *)&n[0]))
SUCCEEDS(_PyLong_Sign, (py("-" HUGE_)), _PyLong_Sign(o[0]), EXPECT(result == -1))
SUCCEEDS(_PyLong_NumBits, (py(HUGE_)), _PyLong_NumBits(o[0]), EXPECT(result == 71))
RAISES(_PyLong_NumBits, SystemError, NULL, (marker()), _PyLong_NumBits(o[0]))
SUCCEEDS(_PyLong_Copy, (py(HUGE_)), _PyLong_Copy((PyLongObject *)o[0]))
RAISES(_PyLong_Copy, SystemError, NULL, (marker()), _PyLong_Copy((PyLongObject *)o[0]))
SUCCEEDS(PyUnstable_Long_IsCompact, (py(HUGE_)), PyUnstable_Long_IsCompact((PyLongObject *)o[0]), EXPECT(result == 0))
SUCCEEDS(PyUnstable_Long_CompactValue, (number(-1000)), PyUnstable_Long_CompactValue((PyLongObject *)o[0]), EXPECT(result == -1000))
SUCCEEDS(PyLong_FromInt32, (), PyLong_FromInt32(INT32_MIN))
SUCCEEDS(PyLong_FromInt64, (), PyLong_FromInt64(INT64_MIN))
SUCCEEDS(PyLong_FromUInt32, (), PyLong_FromUInt32(UINT32_MAX))
SUCCEEDS(PyLong_FromUInt64, (), PyLong_FromUInt64(UINT64_MAX))
SUCCEEDS(PyLong_AsInt32, (py("Index(1000)")), PyLong_AsInt32(o[0], (int32_t *)&n[0]), EXPECT(*(int32_t *)&n[0] == 1000))
RAISES(PyLong_AsInt32, OverflowError, "Python int too large to convert to C int32_t", (py(HUGE_)), PyLong_AsInt32(o[0], (int32_t *)&n[0]))
RAISES(PyLong_AsInt32, TypeError, NULL, (marker()), PyLong_AsInt32(o[0], (int32_t *)&n[0]))
RAISES(PyLong_AsInt32, ValueError, "bad", (py("Bad()")), PyLong_AsInt32(o[0], (int32_t *)&n[0]))
SUCCEEDS(PyLong_AsInt64, (py("Index(1000)")), PyLong_AsInt64(o[0], (int64_t *)&n[0]), EXPECT(*(int64_t *)&n[0] == 1000))
RAISES(PyLong_AsInt64, OverflowError, "Python int too large to convert to C int64_t", (py(HUGE_)), PyLong_AsInt64(o[0], (int64_t *)&n[0]))
RAISES(PyLong_AsInt64, TypeError, NULL, (marker()), PyLong_AsInt64(o[0], (int64_t *)&n[0]))
RAISES(PyLong_AsInt64, ValueError, "bad", (py("Bad()")), PyLong_AsInt64(o[0], (int64_t *)&n[0]))
SUCCEEDS(PyLong_AsUInt32, (py("Index(1000)")), PyLong_AsUInt32(o[0], (uint32_t *)&n[0]), EXPECT(*(uint32_t *)&n[0] == 1000))
RAISES(PyLong_AsUInt32, OverflowError, "Python int too large to convert to C uint32_t", (py(HUGE_)), PyLong_AsUInt32(o[0], (uint32_t *)&n[0]))
RAISES(PyLong_AsUInt32, TypeError, NULL, (marker()), PyLong_AsUInt32(o[0], (uint32_t *)&n[0]))
RAISES(PyLong_AsUInt32, ValueError, "bad", (py("Bad()")), PyLong_AsUInt32(o[0], (uint32_t *)&n[0]))
RAISES(PyLong_AsUInt32, ValueError, "Cannot convert negative int", (number(-1)), PyLong_AsUInt32(o[0], (uint32_t *)&n[0]))
SUCCEEDS(PyLong_AsUInt64, (py("Index(1000)")), PyLong_AsUInt64(o[0], (uint64_t *)&n[0]), EXPECT(*(uint64_t *)&n[0] == 1000))
RAISES(PyLong_AsUInt64, OverflowError, "Python int too large to convert to C uint64_t", (py(HUGE_)), PyLong_AsUInt64(o[0], (uint64_t *)&n[0]))
RAISES(PyLong_AsUInt64, TypeError, NULL, (marker()), PyLong_AsUInt64(o[0], (uint64_t *)&n[0]))
RAISES(PyLong_AsUInt64, ValueError, "bad", (py("Bad()")), PyLong_AsUInt64(o[0], (uint64_t *)&n[0]))
RAISES(PyLong_AsUInt64, ValueError, "Cannot convert negative int", (number(-1)), PyLong_AsUInt64(o[0], (uint64_t *)&n[0]))

static char bytes[32];

static int
holds(int condition)
{
    return condition;
}

SUCCEEDS(PyLong_AsNativeBytes, (py(HUGE_)), PyLong_AsNativeBytes(o[0], bytes, 32, -1), EXPECT(result == 9))
SUCCEEDS(PyLong_AsNativeBytes, (py("Index(5)")), PyLong_AsNativeBytes(o[0], bytes, 4, Py_ASNATIVEBYTES_ALLOW_INDEX), EXPECT(result == 4))
RAISES(PyLong_AsNativeBytes, TypeError, "expect int, got counts.Marker", (marker()), PyLong_AsNativeBytes(o[0], bytes, 32, -1))
RAISES(PyLong_AsNativeBytes, ValueError, "Cannot convert negative int", (number(-1)), PyLong_AsNativeBytes(o[0], bytes, 32, Py_ASNATIVEBYTES_REJECT_NEGATIVE))
RAISES(PyLong_AsNativeBytes, ValueError, "bad", (py("Bad()")), PyLong_AsNativeBytes(o[0], bytes, 32, Py_ASNATIVEBYTES_ALLOW_INDEX))
SUCCEEDS(PyLong_FromNativeBytes, (), PyLong_FromNativeBytes("0123456789abcdef", 16, -1))
RAISES(PyLong_FromNativeBytes, SystemError, NULL, (), PyLong_FromNativeBytes(NULL, 16, -1))
SUCCEEDS(PyLong_FromUnsignedNativeBytes, (), PyLong_FromUnsignedNativeBytes("0123456789abcdef", 16, -1))
RAISES(PyLong_FromUnsignedNativeBytes, SystemError, NULL, (), PyLong_FromUnsignedNativeBytes(NULL, 16, -1))
SUCCEEDS(_PyLong_AsByteArray, (py(HUGE_)), _PyLong_AsByteArray((PyLongObject *)o[0], (unsigned char *)bytes, 16, 1, 1, 1))
RAISES(_PyLong_AsByteArray, OverflowError, "int too big to convert", (py(HUGE_)), _PyLong_AsByteArray((PyLongObject *)o[0], (unsigned char *)bytes, 4, 1, 1, 1))
SUCCEEDS(_PyLong_FromByteArray, (), _PyLong_FromByteArray((const unsigned char *)"0123456789abcdef", 16, 1, 1))
SUCCEEDS(PyLong_GetNativeLayout, (), PyLong_GetNativeLayout(), EXPECT(((const PyLongLayout *)result)->digit_size == 8))

/* An export is freed within the call. */
static PyLongExport given;
static int
export_and_free(PyObject *object)
{
    int done = PyLong_Export(object, &given);
    if (done == 0) {
        PyLong_FreeExport(&given);
    }
    return done;
}
SUCCEEDS(PyLong_Export, (py(HUGE_)), export_and_free(o[0]))
RAISES(PyLong_Export, TypeError, "expected int, got counts.Marker", (marker()), export_and_free(o[0]))
SUCCEEDS(PyLong_FreeExport, (), PyLong_FreeExport(&given))

static PyObject *
written(Py_ssize_t digits)
{
    void *place;
    PyLongWriter *writer = PyLongWriter_Create(1, digits, &place);
    if (writer == NULL) {
        return NULL;
    }
    memset(place, 0x5A, 8 * (size_t)digits);
    return PyLongWriter_Finish(writer);
}
SUCCEEDS(PyLongWriter_Finish, (), written(3))

static int
create_and_discard(void)
{
    void *place;
    PyLongWriter *writer = PyLongWriter_Create(0, 3, &place);
    PyLongWriter_Discard(writer);
    return writer == NULL ? -1 : 0;
}
SUCCEEDS(PyLongWriter_Create, (), create_and_discard())
RAISES(PyLongWriter_Create, ValueError, "ndigits must be positive", (), PyLongWriter_Create(0, 0, (void **)&s[0]))
SUCCEEDS(PyLongWriter_Discard, (), PyLongWriter_Discard(NULL))
SUCCEEDS(PyLong_GetInfo, (), PyLong_GetInfo())
SUCCEEDS(PyFloat_GetInfo, (), PyFloat_GetInfo())
SUCCEEDS(PyFloat_GetMax, (), holds(PyFloat_GetMax() > 1e308), EXPECT(result == 1))
SUCCEEDS(PyFloat_GetMin, (), holds(PyFloat_GetMin() > 0), EXPECT(result == 1))
SUCCEEDS(PyFloat_Pack2, (), PyFloat_Pack2(1.5, bytes, 1), EXPECT(PyFloat_Unpack2(bytes, 1) == 1.5))
RAISES(PyFloat_Pack2, OverflowError, "float too large to pack with e format", (), PyFloat_Pack2(1e10, bytes, 1))
SUCCEEDS(PyFloat_Pack4, (), PyFloat_Pack4(1.5, bytes, 1), EXPECT(PyFloat_Unpack4(bytes, 1) == 1.5))
RAISES(PyFloat_Pack4, OverflowError, "float too large to pack with f format", (), PyFloat_Pack4(1e100, bytes, 1))
SUCCEEDS(PyFloat_Pack8, (), PyFloat_Pack8(1.5, bytes, 1), EXPECT(PyFloat_Unpack8(bytes, 1) == 1.5))
SUCCEEDS(PyFloat_Unpack2, (), holds(PyFloat_Unpack2("\0\x3c", 1) == 1.0), EXPECT(result == 1))
SUCCEEDS(PyFloat_Unpack4, (), holds(PyFloat_Unpack4("\0\0\x80\x3f", 1) == 1.0), EXPECT(result == 1))
SUCCEEDS(PyFloat_Unpack8, (), holds(PyFloat_Unpack8("\x3f\xf0\0\0\0\0\0\0", 0) == 1.0), EXPECT(result == 1))

static double
real_part(PyObject *object)
{
    return PyComplex_AsCComplex(object).real;
}

static const Py_complex two = {2, 0}, zero = {0, 0};
SUCCEEDS(PyComplex_FromCComplex, (), PyComplex_FromCComplex(two))
SUCCEEDS(PyComplex_FromDoubles, (), PyComplex_FromDoubles(1, 2))
SUCCEEDS(PyComplex_AsCComplex, (py("3 + 4j")), real_part(o[0]), EXPECT(result == 3))
RAISES(PyComplex_AsCComplex, TypeError, "must be real number, not counts.Marker", (marker()), real_part(o[0]))
RAISES(PyComplex_AsCComplex, ValueError, "bad", (py("Bad()")), real_part(o[0]))
SUCCEEDS(PyComplex_RealAsDouble, (py("3 + 4j")), PyComplex_RealAsDouble(o[0]), EXPECT(result == 3))
RAISES(PyComplex_RealAsDouble, TypeError, NULL, (marker()), PyComplex_RealAsDouble(o[0]))
SUCCEEDS(PyComplex_ImagAsDouble, (py("3 + 4j")), PyComplex_ImagAsDouble(o[0]), EXPECT(result == 4))
RAISES(PyComplex_ImagAsDouble, ValueError, "bad", (py("Bad()")), PyComplex_ImagAsDouble(o[0]))
SUCCEEDS(_Py_c_sum, (), holds(_Py_c_sum(two, two).real == 4), EXPECT(result == 1))
SUCCEEDS(_Py_c_diff, (), holds(_Py_c_diff(two, two).real == 0), EXPECT(result == 1))
SUCCEEDS(_Py_c_neg, (), holds(_Py_c_neg(two).real == -2), EXPECT(result == 1))
SUCCEEDS(_Py_c_prod, (), holds(_Py_c_prod(two, two).real == 4), EXPECT(result == 1))
SUCCEEDS(_Py_c_quot, (), holds(_Py_c_quot(two, zero).real == 0 && errno == EDOM), EXPECT(result == 1))
SUCCEEDS(_Py_c_pow, (), holds(_Py_c_pow(two, two).real == 4), EXPECT(result == 1))
SUCCEEDS(_Py_c_abs, (), holds(_Py_c_abs(two) == 2), EXPECT(result == 1))
