/* PyUnicode_*, beside codecs. */
#include "calling.h"

#include <wchar.h>

/* A string that may still be written. */
static PyObject *
fresh(PyObject *like)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(like);
    PyObject *made = PyUnicode_New(length, PyUnicode_MAX_CHAR_VALUE(like));
    if (made == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < length; i++) {
        PyUnicode_WRITE(PyUnicode_KIND(made), PyUnicode_DATA(made), i, PyUnicode_READ_CHAR(like, i));
    }
    return made;
}

static PyObject *
with(PyObject *made, long result)
{
    if (made == NULL) {
        return NULL;
    }
    if (PyErr_Occurred()) {
        failed = result;
        Py_DECREF(made);
        return NULL;
    }
    PyObject *number = PyLong_FromLong(result);
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, made);
    PyTuple_SET_ITEM(pair, 1, number);
    return pair;
}

static PyObject *
fields(PyObject *op)
{
    PyObject *list = PyList_New(0);
    long all[] = {PyUnicode_KIND(op), PyUnicode_IS_ASCII(op), PyUnicode_IS_COMPACT(op), PyUnicode_IS_COMPACT_ASCII(op),
        (long)PyUnicode_GET_LENGTH(op), (long)PyUnicode_MAX_CHAR_VALUE(op), PyUnicode_READY(op), PyUnicode_IS_READY(op),
        PyUnicode_1BYTE_DATA(op) == PyUnicode_DATA(op), (void *)PyUnicode_4BYTE_DATA(op) == (void *)PyUnicode_2BYTE_DATA(op),
        PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), PyUnicode_GET_LENGTH(op)),
        PyUnicode_Check(op), PyUnicode_CheckExact(op)};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        PyObject *item = PyLong_FromLong(all[i]);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    return list;
}

static PyObject *
sizes(void)
{
    PyObject *list = PyList_New(0);
    long all[] = {sizeof(PyASCIIObject), sizeof(PyCompactUnicodeObject), sizeof(PyUnicodeObject),
        (long)PyUnicode_Type.tp_basicsize, sizeof(Py_UCS1), sizeof(Py_UCS2), sizeof(Py_UCS4), sizeof(Py_UNICODE)};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        PyObject *item = PyLong_FromLong(all[i]);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    return list;
}

static PyObject *
copy_characters(PyObject *to, Py_ssize_t at, PyObject *from, Py_ssize_t start, Py_ssize_t many)
{
    PyObject *made = fresh(to);
    return with(made, PyUnicode_CopyCharacters(made, at, from, start, many));
}

static PyObject *
fill(PyObject *like, Py_ssize_t start, Py_ssize_t length, Py_UCS4 point)
{
    PyObject *made = fresh(like);
    return with(made, PyUnicode_Fill(made, start, length, point));
}

static PyObject *
write_char(PyObject *like, Py_ssize_t at, Py_UCS4 point)
{
    PyObject *made = fresh(like);
    return with(made, PyUnicode_WriteChar(made, at, point));
}

static PyObject *
resize(PyObject *like, Py_ssize_t length, int shared)
{
    PyObject *made = fresh(like), *other = shared ? Py_NewRef(made) : NULL;
    int result = PyUnicode_Resize(&made, length);
    if (result == 0) {
        Py_ssize_t old = PyUnicode_GET_LENGTH(like);
        for (Py_ssize_t i = old; i < length; i++) {
            PyUnicode_WRITE(PyUnicode_KIND(made), PyUnicode_DATA(made), i, 'x');
        }
    }
    if (other != NULL && PyUnicode_Compare(other, like) != 0) {
        PyErr_SetString(PyExc_AssertionError, "another's string was changed");
    }
    Py_XDECREF(other);
    return with(made, result);
}

static PyObject *
resize_what(PyObject *object)
{
    PyObject *place = Py_NewRef(object);
    int result = PyUnicode_Resize(&place, 3);
    return with(place, result);
}

/* Twice, so that a string that nobody else has grows where it is. */
static PyObject *
append(PyObject *left, PyObject *right, int give_up)
{
    PyObject *place = Py_XNewRef(left);
    for (int i = 0; i < 2; i++) {
        if (give_up) {
            PyUnicode_AppendAndDel(&place, Py_XNewRef(right));
        } else {
            PyUnicode_Append(&place, right);
        }
        if (place == NULL) {
            return PyErr_Occurred() ? NULL : PyUnicode_FromString("NULL without an exception");
        }
    }
    return place;
}

static PyObject *
intern(PyObject *object)
{
    PyObject *made = fresh(object);
    PyUnicode_InternInPlace(&made);
    PyObject *other = fresh(object);
    PyUnicode_InternInPlace(&other);
    long same = made == other && PyUnicode_CHECK_INTERNED(made);
    Py_DECREF(other);
    return with(made, same);
}

static PyObject *
as_ucs4(PyObject *object, Py_ssize_t room, int zero)
{
    Py_UCS4 buffer[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    Py_UCS4 *result = PyUnicode_AsUCS4(object, room < 0 ? NULL : buffer, room, zero);
    if (result == NULL) {
        failed = buffer[0];
        return NULL;
    }
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, result, 8);
}

static PyObject *
as_ucs4_copy(PyObject *object)
{
    Py_UCS4 *copy = PyUnicode_AsUCS4Copy(object);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *made = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, copy, PyUnicode_GetLength(object) + 1);
    PyMem_Free(copy);
    return made;
}

static PyObject *
as_wide_char(PyObject *object, Py_ssize_t room)
{
    wchar_t buffer[8];
    wmemset(buffer, L'#', 8);
    Py_ssize_t result = PyUnicode_AsWideChar(object, room < 0 ? NULL : buffer, room);
    return with(PyUnicode_FromWideChar(buffer, 8), result);
}

static PyObject *
as_wide_char_string(PyObject *object, int with_size)
{
    Py_ssize_t size = -7;
    wchar_t *copy = PyUnicode_AsWideCharString(object, with_size ? &size : NULL);
    if (copy == NULL) {
        return NULL;
    }
    PyObject *made = PyUnicode_FromWideChar(copy, with_size ? size + 1 : -1);
    PyMem_Free(copy);
    return with(made, size);
}

static PyObject *
from_wide_char(PyObject *object, Py_ssize_t size)
{
    wchar_t wide[] = {L'a', 0xE9, 0x20AC, 0x1F40D, 0, L'z'};
    return PyUnicode_FromWideChar(object == NULL ? NULL : wide, size);
}

static PyObject *
as_utf8(PyObject *object)
{
    Py_ssize_t size = -7;
    const char *text = PyUnicode_AsUTF8AndSize(object, &size);
    if (text == NULL) {
        failed = size;
        return NULL;
    }
    if (PyUnicode_AsUTF8(object) != text || text[size] != 0) {
        PyErr_SetString(PyExc_AssertionError, "not kept");
        return NULL;
    }
    return PyBytes_FromStringAndSize(text, size);
}

static PyObject *
points_out_of_range(int kind)
{
    Py_UCS4 points[] = {'a', 0x110000};
    return PyUnicode_FromKindAndData(kind, points, 2);
}

static PyObject *
of_kind(int kind, PyObject *bytes)
{
    return PyUnicode_FromKindAndData(kind, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes) / (kind == 3 ? 1 : kind));
}

static PyObject *
character(Py_UCS4 ch)
{
    PyObject *list = PyList_New(0);
    long all[] = {Py_UNICODE_ISSPACE(ch), Py_UNICODE_ISLOWER(ch), Py_UNICODE_ISUPPER(ch), Py_UNICODE_ISTITLE(ch),
        Py_UNICODE_ISLINEBREAK(ch), (long)Py_UNICODE_TOLOWER(ch), (long)Py_UNICODE_TOUPPER(ch), (long)Py_UNICODE_TOTITLE(ch),
        Py_UNICODE_ISDECIMAL(ch), Py_UNICODE_ISDIGIT(ch), Py_UNICODE_ISNUMERIC(ch), Py_UNICODE_ISPRINTABLE(ch),
        Py_UNICODE_TODECIMAL(ch), Py_UNICODE_TODIGIT(ch), (long)(Py_UNICODE_TONUMERIC(ch) * 100), Py_UNICODE_ISALPHA(ch),
        Py_UNICODE_ISALNUM(ch), Py_UNICODE_IS_SURROGATE(ch), Py_UNICODE_IS_HIGH_SURROGATE(ch), Py_UNICODE_IS_LOW_SURROGATE(ch)};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        PyObject *item = PyLong_FromLong(all[i]);
        PyList_Append(list, item);
        Py_DECREF(item);
    }
    if (ch > 0xFFFF && ch < 0x110000
        && Py_UNICODE_JOIN_SURROGATES(Py_UNICODE_HIGH_SURROGATE(ch), Py_UNICODE_LOW_SURROGATE(ch)) != ch) {
        PyErr_SetString(PyExc_AssertionError, "surrogates");
        Py_CLEAR(list);
    }
    return list;
}

static PyObject *
equal(PyObject *a, PyObject *b)
{
#if PY_VERSION_HEX >= 0x030E0000
    return number(PyUnicode_Equal(a, b));
#else
    failed = -1;
    if (!PyUnicode_Check(a)) {
        return PyErr_Format(PyExc_TypeError, "first argument must be str, not %T", a);
    }
    if (!PyUnicode_Check(b)) {
        return PyErr_Format(PyExc_TypeError, "second argument must be str, not %T", b);
    }
    return number(PyUnicode_Compare(a, b) == 0);
#endif
}

/* What is written, and the exceptions on the way. */
static PyObject *
writer(PyObject *string, PyObject *object)
{
    PyObject *errors = PyList_New(0);
#if PY_VERSION_HEX >= 0x030E0000
#define CHECK(call)                                                     \
    if ((call) < 0) {                                                   \
        PyObject *error = PyErr_GetRaisedException();                   \
        PyObject *shown = PyObject_Repr(error);                         \
        PyList_Append(errors, shown);                                   \
        Py_DECREF(shown);                                               \
        Py_DECREF(error);                                               \
    }
    Py_UCS4 points[] = {0x20AC, 0x1F40D}, wrong[] = {'x', 0x110000};
    Py_ssize_t used = -7;
    PyUnicodeWriter_Discard(NULL);
    PyUnicodeWriter_Discard(PyUnicodeWriter_Create(5));
    CHECK(PyUnicodeWriter_Create(-1) == NULL ? -1 : 0);
    PyUnicodeWriter *writer = PyUnicodeWriter_Create(0);
    CHECK(PyUnicodeWriter_WriteChar(writer, 'a'));
    CHECK(PyUnicodeWriter_WriteChar(writer, 0x110000));
    CHECK(PyUnicodeWriter_WriteUTF8(writer, "\xC3\xA9|x", 3));
    CHECK(PyUnicodeWriter_WriteUTF8(writer, "abc\xFF", -1));
    CHECK(PyUnicodeWriter_WriteUTF8(writer, "def|", -1));
    CHECK(PyUnicodeWriter_WriteASCII(writer, "ghi|", 4));
    CHECK(PyUnicodeWriter_WriteWideChar(writer, L"wide|xx", 5));
    CHECK(PyUnicodeWriter_WriteUCS4(writer, points, 2));
    CHECK(PyUnicodeWriter_WriteUCS4(writer, wrong, 2));
    CHECK(PyUnicodeWriter_WriteUCS4(writer, points, -1));
    CHECK(PyUnicodeWriter_WriteStr(writer, string));
    CHECK(PyUnicodeWriter_WriteStr(writer, object));
    CHECK(PyUnicodeWriter_WriteRepr(writer, string));
    CHECK(PyUnicodeWriter_WriteRepr(writer, NULL));
    CHECK(PyUnicodeWriter_WriteSubstring(writer, string, 1, 3));
    CHECK(PyUnicodeWriter_WriteSubstring(writer, object, 1, 3));
    CHECK(PyUnicodeWriter_WriteSubstring(writer, string, 3, 1));
    CHECK(PyUnicodeWriter_WriteSubstring(writer, string, 0, 99));
    CHECK(PyUnicodeWriter_DecodeUTF8Stateful(writer, "|\xE2\x82", 3, NULL, &used));
    CHECK(PyUnicodeWriter_DecodeUTF8Stateful(writer, "|\xFFz", 3, "replace", NULL));
    CHECK(PyUnicodeWriter_DecodeUTF8Stateful(writer, "q\xFFz", 3, NULL, NULL));
    PyObject *text = PyUnicodeWriter_Finish(writer);
    PyList_Append(errors, text);
    Py_DECREF(text);
    PyObject *number = PyLong_FromSsize_t(used);
    PyList_Append(errors, number);
    Py_DECREF(number);
#else
    (void)string;
    (void)object;
    const char *all[] = {
        "ValueError('length must be positive')", "ValueError('character must be in range(0x110000)')",
        "UnicodeDecodeError('utf-8', b'abc\\xff', 3, 4, 'invalid start byte')",
        "ValueError('character must be in range(0x110000)')", "ValueError('size must be positive')",
        "TypeError('expect str, not int')", "ValueError('invalid start argument')", "ValueError('invalid end argument')",
        "UnicodeDecodeError('utf-8', b'q\\xffz', 1, 2, 'invalid start byte')",
        "a\xC3\xA9|def|ghi|wide|\xE2\x82\xAC\xF0\x9F\x90\x8Dstring42'string'<NULL>tr||\xEF\xBF\xBDz"};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(all); i++) {
        PyObject *item = PyUnicode_FromString(all[i]);
        PyList_Append(errors, item);
        Py_DECREF(item);
    }
    PyObject *number = PyLong_FromLong(1);
    PyList_Append(errors, number);
    Py_DECREF(number);
#endif
    return errors;
}

static PyObject *
iterator_type(void)
{
    return Py_NewRef(&PyUnicodeIter_Type);
}

#define FUNCTIONS(X)                                                                                 \
    X(sizes, sizes())                                                                                \
    X(fields, fields(A(0)))                                                                          \
    X(from_string, PyUnicode_FromString(T(0)))                                                       \
    X(from_string_and_size, PyUnicode_FromStringAndSize(T(0), I(1)))                     \
    X(intern_from_string, PyUnicode_InternFromString(T(0)))                                          \
    X(new, PyUnicode_New(I(0), (Py_UCS4)I(1)))                                           \
    X(of_kind, of_kind((int)I(0), A(1)))                                                             \
    X(kind_and_size, PyUnicode_FromKindAndData((int)I(0), "abc", I(1)))                              \
    X(points_out_of_range, points_out_of_range((int)I(0)))                                           \
    X(from_ordinal, PyUnicode_FromOrdinal((int)I(0)))                                                \
    X(from_object, PyUnicode_FromObject(A(0)))                                                       \
    X(from_encoded_object, PyUnicode_FromEncodedObject(A(0), T(1), T(2)))                            \
    X(from_wide_char, from_wide_char(A(0), I(1)))                                                    \
    X(intern, intern(A(0)))                                                                          \
    X(as_utf8, as_utf8(A(0)))                                                                        \
    X(get_length, number(PyUnicode_GetLength(A(0))))                                                 \
    X(read_char, number((int)PyUnicode_ReadChar(A(0), I(1))))                                        \
    X(as_ucs4, as_ucs4(A(0), I(1), (int)I(2)))                                                       \
    X(as_ucs4_copy, as_ucs4_copy(A(0)))                                                              \
    X(as_wide_char, as_wide_char(A(0), I(1)))                                                        \
    X(as_wide_char_string, as_wide_char_string(A(0), (int)I(1)))                                     \
    X(compare_with_ascii, number(PyUnicode_CompareWithASCIIString(A(0), T(1))))                      \
    X(compare, number(PyUnicode_Compare(A(0), A(1))))                                                \
    X(equal, equal(A(0), A(1)))                                                                      \
    X(equal_to_utf8, number(PyUnicode_EqualToUTF8(A(0), T(1))))                                      \
    X(equal_to_utf8_and_size, number(PyUnicode_EqualToUTF8AndSize(A(0), T(1), I(2))))                \
    X(rich_compare, PyUnicode_RichCompare(A(0), A(1), (int)I(2)))                                    \
    X(is_identifier, number(PyUnicode_IsIdentifier(A(0))))                                           \
    X(write_char, write_char(A(0), I(1), (Py_UCS4)I(2)))                                             \
    X(write_shared, number(PyUnicode_WriteChar(A(0), 0, 'x')))                                       \
    X(fill, fill(A(0), I(1), I(2), (Py_UCS4)I(3)))                                                   \
    X(fill_shared, number(PyUnicode_Fill(A(0), 0, 1, 'x')))                                          \
    X(copy_characters, copy_characters(A(0), I(1), A(2), I(3), I(4)))                                \
    X(copy_to_shared, number(PyUnicode_CopyCharacters(A(0), 0, A(1), 0, 1)))                         \
    X(resize, resize(A(0), I(1), (int)I(2)))                                                         \
    X(resize_what, resize_what(A(0)))                                                                \
    X(append, append(A(0), A(1), 0))                                                                 \
    X(append_and_del, append(A(0), A(1), 1))                                                         \
    X(find, number(PyUnicode_Find(A(0), A(1), I(2), I(3), (int)I(4))))                               \
    X(find_char, number(PyUnicode_FindChar(A(0), (Py_UCS4)I(1), I(2), I(3), (int)I(4))))             \
    X(count, number(PyUnicode_Count(A(0), A(1), I(2), I(3))))                                        \
    X(tailmatch, number(PyUnicode_Tailmatch(A(0), A(1), I(2), I(3), (int)I(4))))                     \
    X(contains, number(PyUnicode_Contains(A(0), A(1))))                                              \
    X(substring, PyUnicode_Substring(A(0), I(1), I(2)))                                              \
    X(concat, PyUnicode_Concat(A(0), A(1)))                                                          \
    X(split, PyUnicode_Split(A(0), A(1), I(2)))                                                      \
    X(rsplit, PyUnicode_RSplit(A(0), A(1), I(2)))                                                    \
    X(splitlines, PyUnicode_Splitlines(A(0), (int)I(1)))                                             \
    X(partition, PyUnicode_Partition(A(0), A(1)))                                                    \
    X(rpartition, PyUnicode_RPartition(A(0), A(1)))                                                  \
    X(join, PyUnicode_Join(A(0), A(1)))                                                              \
    X(replace, PyUnicode_Replace(A(0), A(1), A(2), I(3)))                                            \
    X(translate, PyUnicode_Translate(A(0), A(1), T(2)))                                              \
    X(format, PyUnicode_Format(A(0), A(1)))                                                          \
    X(character, character((Py_UCS4)I(0)))                                                           \
    X(writer, writer(A(0), A(1)))                                                                    \
    X(iterator_type, iterator_type())

FUNCTIONS(WRAPPED)

static PyMethodDef methods[] = {
    FUNCTIONS(ENTRY)
    {"last_failed", last_failed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "text", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_text(void)
{
    return PyModule_Create(&definition);
}
