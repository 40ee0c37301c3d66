/* PyBytes_*, texts of C's, hashes, files, the format of marshal. */
#include "calling.h"

#include "marshal.h"
#include "structmember.h"

#include <stddef.h>

static PyObject *
layout(void)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, 3);
    char *data = PyBytes_AS_STRING(bytes);
    memcpy(data, "abc", 3);
    int right = data == PyBytes_AsString(bytes) && data[3] == 0 && PyBytes_GET_SIZE(bytes) == 3
                && data == ((PyBytesObject *)bytes)->ob_sval && PyBytes_Check(bytes) && PyBytes_CheckExact(bytes)
                && PyBytes_Type.tp_basicsize == (Py_ssize_t)offsetof(PyBytesObject, ob_sval) + 1;
    Py_DECREF(bytes);
    return PyBool_FromLong(right);
}

static PyObject *
as_string(PyObject *object)
{
    const char *data = PyBytes_AsString(object);
    return data == NULL ? NULL : PyBytes_FromString(data);
}

static PyObject *
as_string_and_size(PyObject *object, int with_size, int with_place)
{
    char *data = NULL;
    Py_ssize_t size = -7;
    if (PyBytes_AsStringAndSize(object, with_place ? &data : NULL, with_size ? &size : NULL) < 0) {
        failed = -1;
        return NULL;
    }
    return PyBytes_FromStringAndSize(data, with_size ? size : (Py_ssize_t)strlen(data));
}

static PyObject *
concat(PyObject *left, PyObject *right, int give_up)
{
    PyObject *place = Py_XNewRef(left);
    for (int i = 0; i < 2; i++) {
        if (give_up) {
            PyBytes_ConcatAndDel(&place, Py_XNewRef(right));
        } else {
            PyBytes_Concat(&place, right);
        }
        if (place == NULL) {
            return PyErr_Occurred() ? NULL : PyUnicode_FromString("NULL without an exception");
        }
    }
    return place;
}

static PyObject *
resize(PyObject *like, Py_ssize_t length, int shared)
{
    PyObject *place = PyBytes_FromStringAndSize(PyBytes_AS_STRING(like), PyBytes_GET_SIZE(like));
    PyObject *other = shared ? Py_NewRef(place) : NULL;
    int result = _PyBytes_Resize(&place, length);
    Py_XDECREF(other);
    if (result < 0) {
        failed = place == NULL ? -1 : -2;
        return NULL;
    }
    for (Py_ssize_t i = PyBytes_GET_SIZE(like); i < length; i++) {
        PyBytes_AS_STRING(place)[i] = 'x';
    }
    if (PyBytes_AS_STRING(place)[length] != 0) {
        PyErr_SetString(PyExc_AssertionError, "no zero behind");
        Py_CLEAR(place);
    }
    return place;
}

static PyObject *
join(PyObject *separator, PyObject *items)
{
#if PY_VERSION_HEX >= 0x030E0000
    return PyBytes_Join(separator, items);
#else
    if (separator == NULL) {
        PyErr_SetString(PyExc_SystemError, "bad argument to internal function");
        return NULL;
    }
    if (!PyBytes_Check(separator)) {
        return PyErr_Format(PyExc_TypeError, "sep: expected bytes, got %T", separator);
    }
    return _PyBytes_Join(separator, items);
#endif
}

static PyObject *
pair_of(long value, long other)
{
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyLong_FromLong(value));
    PyTuple_SET_ITEM(pair, 1, PyLong_FromLong(other));
    return pair;
}

static PyObject *
strtol_of(const char *text, int base, int with_sign)
{
    char *end = NULL;
    errno = 0;
    long value = with_sign ? PyOS_strtol(text, &end, base) : (long)PyOS_strtoul(text, &end, base);
    return pair_of(errno == ERANGE ? -99 : value, (long)(end - text));
}

static PyObject *
string_to_double(const char *text, int with_end, PyObject *overflow)
{
    char *end = (char *)text - 1;
    double value = PyOS_string_to_double(text, with_end ? &end : NULL, overflow);
    if (PyErr_Occurred()) {
        failed = (long)(value * 10 + (with_end ? end - text : 0));
        return NULL;
    }
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyFloat_FromDouble(value));
    PyTuple_SET_ITEM(pair, 1, PyLong_FromLong((long)(end - text)));
    return pair;
}

static PyObject *
double_to_string(double value, char code, int precision, int flags)
{
    int kind = -7;
    char *text = PyOS_double_to_string(value, code, precision, flags, &kind);
    if (text == NULL) {
        return NULL;
    }
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, PyUnicode_FromString(text));
    PyTuple_SET_ITEM(pair, 1, PyLong_FromLong(kind));
    PyMem_Free(text);
    return pair;
}

static PyObject *
classes(void)
{
    long sum[9] = {0};
    for (int c = -128; c < 256; c++) {
        sum[0] += Py_ISLOWER(c) ? c & 255 : 0;
        sum[1] += Py_ISUPPER(c) ? c & 255 : 0;
        sum[2] += Py_ISALPHA(c) ? c & 255 : 0;
        sum[3] += Py_ISDIGIT(c) ? c & 255 : 0;
        sum[4] += Py_ISXDIGIT(c) ? c & 255 : 0;
        sum[5] += Py_ISALNUM(c) ? c & 255 : 0;
        sum[6] += Py_ISSPACE(c) ? c & 255 : 0;
        sum[7] += Py_TOLOWER(c);
        sum[8] += Py_TOUPPER(c);
    }
    PyObject *list = PyList_New(0);
    for (int i = 0; i < 9; i++) {
        PyObject *item = PyLong_FromLong(sum[i]);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    return list;
}

static PyObject *
macros(void)
{
    Py_BUILD_ASSERT(sizeof(int) == 4);
    int array[7 + Py_BUILD_ASSERT_EXPR(1)];
    typedef struct {
        char first;
        double second;
    } Both;
    int right = Py_MIN(3, 4) == 3 && Py_MAX(3, 4) == 4 && Py_ABS(-3) == 3 && Py_ARRAY_LENGTH(array) == 7
                && strcmp(Py_STRINGIFY(PY_SSIZE_T_MAX_NOT_A_MACRO), "PY_SSIZE_T_MAX_NOT_A_MACRO") == 0
                && Py_CHARMASK(-1) == 255 && Py_MEMBER_SIZE(Both, second) == 8 && Py_IS_NAN(Py_NAN)
                && Py_IS_INFINITY(Py_HUGE_VAL) && Py_IS_FINITE(Py_MATH_PI) && Py_MATH_E < Py_MATH_PI
                && PY_LITTLE_ENDIAN == !PY_BIG_ENDIAN && T_INT == Py_T_INT && READONLY == Py_READONLY
                && T_OBJECT_EX == Py_T_OBJECT_EX && T_PYSSIZET == Py_T_PYSSIZET && SIZEOF_WCHAR_T == sizeof(wchar_t);
    return PyBool_FromLong(right);
}

/* Are these hashes those that Python takes? */
static PyObject *
hashes(PyObject *text, PyObject *object, PyObject *number)
{
    Py_hash_t of_text = PyObject_Hash(text), of_object = PyObject_Hash(object), of_number = PyObject_Hash(number);
#if PY_VERSION_HEX >= 0x030E0000
    Py_hash_t of_bytes = Py_HashBuffer(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text));
#else
    Py_hash_t of_bytes = PyHash_GetFuncDef()->hash(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text));
#endif
    PyHash_FuncDef *function = PyHash_GetFuncDef();
    int right = of_text == of_bytes && function->hash(PyBytes_AS_STRING(text), PyBytes_GET_SIZE(text)) == of_text
                && strcmp(function->name, "siphash13") == 0 && function->hash_bits == 64 && function->seed_bits == 128
                && PyObject_GenericHash(object) == of_object && Py_HashPointer(object) == of_object
                && _Py_HashDouble(number, PyFloat_AsDouble(number)) == of_number;
    return PyBool_FromLong(right);
}

static PyObject *
marshal_files(PyObject *object, PyObject *other, const char *cut)
{
    FILE *file = tmpfile();
    PyMarshal_WriteLongToFile(-123456, file, Py_MARSHAL_VERSION);
    PyMarshal_WriteObjectToFile(object, file, 2);
    PyMarshal_WriteObjectToFile(other, file, 2);
    PyMarshal_WriteLongToFile(0x12345, file, 2);
    rewind(file);
    PyObject *list = PyList_New(0);
    PyObject *item = PyLong_FromLong(PyMarshal_ReadLongFromFile(file));
    PyList_Append(list, item);
    Py_DECREF(item);
    for (int i = 0; i < 2; i++) {
        item = PyMarshal_ReadObjectFromFile(file);
        if (item == NULL) {
            fclose(file);
            Py_DECREF(list);
            return NULL;
        }
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    item = PyLong_FromLong(PyMarshal_ReadShortFromFile(file));
    PyList_Append(list, item);
    Py_DECREF(item);
    fclose(file);
    file = tmpfile();
    PyMarshal_WriteObjectToFile(other, file, 2);
    rewind(file);
    item = PyMarshal_ReadLastObjectFromFile(file);
    PyList_Append(list, item);
    Py_DECREF(item);
    fclose(file);
    file = tmpfile();
    fputs(cut, file);
    rewind(file);
    long nothing = PyMarshal_ReadLongFromFile(file);
    fclose(file);
    if (PyErr_Occurred()) {
        PyObject *error = PyErr_GetRaisedException();
        PyObject *shown = PyObject_Repr(error);
        PyList_Append(list, shown);
        Py_DECREF(shown);
        Py_DECREF(error);
    } else {
        PyErr_Format(PyExc_AssertionError, "read %ld", nothing);
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
universal_newlines(const char *text, int room)
{
    FILE *file = tmpfile();
    fputs(text, file);
    rewind(file);
    PyObject *list = PyList_New(0);
    char buffer[64];
    while (Py_UniversalNewlineFgets(buffer, room, file, NULL) != NULL) {
        PyObject *item = PyBytes_FromString(buffer);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    if (Py_UniversalNewlineFgets(buffer, room, file, list) != NULL) {
        PyErr_SetString(PyExc_AssertionError, "a file of Python's");
    }
    fclose(file);
    if (PyErr_Occurred()) {
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
write_string(const char *text, PyObject *file, int already)
{
    if (already) {
        PyErr_SetString(PyExc_KeyError, "set before");
    }
    return number(PyFile_WriteString(text, file));
}

static PyObject *
fopen_of(PyObject *path, const char *mode)
{
#if PY_VERSION_HEX >= 0x030E0000
    FILE *file = Py_fopen(path, mode);
#else
    FILE *file = _Py_fopen_obj(path, mode);
#endif
    if (file == NULL) {
        return NULL;
    }
    char buffer[64] = "";
    size_t size = fread(buffer, 1, sizeof buffer, file);
#if PY_VERSION_HEX >= 0x030E0000
    Py_fclose(file);
#else
    fclose(file);
#endif
    return PyBytes_FromStringAndSize(buffer, (Py_ssize_t)size);
}

#define FUNCTIONS(X)                                                                                \
    X(layout, layout())                                                                             \
    X(from_string, PyBytes_FromString(T(0)))                                                        \
    X(from_string_and_size, PyBytes_FromStringAndSize(T(0), I(1)))                      \
    X(from_object, PyBytes_FromObject(A(0)))                                                        \
    X(as_string, as_string(A(0)))                                                                   \
    X(size, number(PyBytes_Size(A(0))))                                                             \
    X(as_string_and_size, as_string_and_size(A(0), (int)I(1), (int)I(2)))                           \
    X(concat, concat(A(0), A(1), 0))                                                                \
    X(concat_and_del, concat(A(0), A(1), 1))                                                        \
    X(repr, PyBytes_Repr(A(0), (int)I(1)))                                                          \
    X(join, join(A(0), A(1)))                                                                       \
    X(decode_escape, PyBytes_DecodeEscape(T(0), PyBytes_Size(A(0)), T(1), 0, NULL))                 \
    X(resize, resize(A(0), I(1), (int)I(2)))                                                        \
    X(iterator_type, Py_NewRef(&PyBytesIter_Type))                                                  \
    X(classes, classes())                                                                           \
    X(macros, macros())                                                                             \
    X(stricmp, number((PyOS_mystricmp(T(0), T(1)) > 0) - (PyOS_mystricmp(T(0), T(1)) < 0)))         \
    X(strnicmp, number((PyOS_mystrnicmp(T(0), T(1), I(2)) > 0) - (PyOS_mystrnicmp(T(0), T(1), I(2)) < 0))) \
    X(strtol, strtol_of(T(0), (int)I(1), 1))                                                        \
    X(strtoul, strtol_of(T(0), (int)I(1), 0))                                                       \
    X(string_to_double, string_to_double(T(0), (int)I(1), A(2)))                                    \
    X(double_to_string, double_to_string(PyFloat_AsDouble(A(0)), T(1)[0], (int)I(2), (int)I(3)))    \
    X(hashes, hashes(A(0), A(1), A(2)))                                                             \
    X(marshal, PyMarshal_WriteObjectToString(A(0), (int)I(1)))                                      \
    X(unmarshal, PyMarshal_ReadObjectFromString(T(0), PyBytes_Size(A(0))))                          \
    X(marshal_files, marshal_files(A(0), A(1), T(2)))                                               \
    X(universal_newlines, universal_newlines(T(0), (int)I(1)))                                      \
    X(get_line, PyFile_GetLine(A(0), (int)I(1)))                                                    \
    X(write_object, number(PyFile_WriteObject(A(0), A(1), (int)I(2))))                              \
    X(write_string, write_string(T(0), A(1), (int)I(2)))                                            \
    X(from_fd, PyFile_FromFd((int)I(0), NULL, T(1), (int)I(2), T(3), T(4), T(5), (int)I(6)))        \
    X(open_code, PyFile_OpenCode(T(0)))                                                             \
    X(open_code_object, PyFile_OpenCodeObject(A(0)))                                                \
    X(fopen, fopen_of(A(0), T(1)))

FUNCTIONS(WRAPPED)

static PyMethodDef methods[] = {
    FUNCTIONS(ENTRY)
    {"last_failed", last_failed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "bytes", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_bytes(void)
{
    return PyModule_Create(&definition);
}
