/* PyUnicode_Decode*, PyUnicode_As*String, PyCodec_*, text of the system. */
#include "calling.h"

#include <wchar.h>

static PyObject *
with(PyObject *made, long value, int set)
{
    if (made == NULL) {
        failed = value;
        return NULL;
    }
    if (!set) {
        return made;
    }
    PyObject *pair = PyTuple_New(2);
    PyTuple_SET_ITEM(pair, 0, made);
    PyTuple_SET_ITEM(pair, 1, PyLong_FromLong(value));
    return pair;
}

typedef PyObject *(*stateful)(const char *, Py_ssize_t, const char *, Py_ssize_t *);

static PyObject *
decode_stateful(stateful decode, PyObject *bytes, const char *errors, int partial)
{
    Py_ssize_t used = -7;
    PyObject *made = decode(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), errors, partial ? &used : NULL);
    return with(made, (long)used, partial);
}

static PyObject *
decode_units(int width, PyObject *bytes, const char *errors, int order, int with_order, int partial)
{
    Py_ssize_t used = -7;
    int *place = with_order ? &order : NULL;
    PyObject *made;
    if (width == 16) {
        made = partial ? PyUnicode_DecodeUTF16Stateful(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), errors, place, &used)
                       : PyUnicode_DecodeUTF16(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), errors, place);
    } else {
        made = partial ? PyUnicode_DecodeUTF32Stateful(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), errors, place, &used)
                       : PyUnicode_DecodeUTF32(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), errors, place);
    }
    return with(made, (long)(used * 10 + order), 1);
}

static PyObject *
convert(int (*converter)(PyObject *, void *), PyObject *object)
{
    PyObject *place = NULL;
    int result = converter(object, &place);
    if (result == 0) {
        failed = place != NULL;
        return NULL;
    }
    PyObject *made = Py_NewRef(place);
    if (converter(NULL, &place) != 1 || place != NULL) {
        PyErr_SetString(PyExc_AssertionError, "not released");
    }
    return with(made, result == Py_CLEANUP_SUPPORTED, 1);
}

/* There and back. */
static PyObject *
locale(const char *text)
{
    size_t size = 7, error = 7;
    wchar_t *wide = Py_DecodeLocale(text, &size);
    char *back = Py_EncodeLocale(wide, &error);
    PyObject *made = PyTuple_New(3);
    PyTuple_SET_ITEM(made, 0, PyUnicode_FromWideChar(wide, -1));
    PyTuple_SET_ITEM(made, 1, PyLong_FromSize_t(size));
    PyTuple_SET_ITEM(made, 2, PyBool_FromLong(strcmp(back, text) == 0 && error == (size_t)-1));
    PyMem_Free(back);
    PyMem_RawFree(wide);
    wchar_t wrong[] = {L'a', 0xD800, 0};
    if (Py_EncodeLocale(wrong, &error) != NULL || error != 1) {
        PyErr_SetString(PyExc_AssertionError, "encoded");
        Py_CLEAR(made);
    }
    return made;
}

static PyObject *
known(const char *name)
{
    long result = PyCodec_KnownEncoding(name);
    return number(result);
}

#define BYTES(at) PyBytes_AS_STRING(args[at]), PyBytes_GET_SIZE(args[at])

#define FUNCTIONS(X)                                                                                \
    X(decode, PyUnicode_Decode(BYTES(0), T(1), T(2)))                                               \
    X(utf7, decode_stateful(PyUnicode_DecodeUTF7Stateful, args[0], T(1), (int)I(2)))                \
    X(utf8, decode_stateful(PyUnicode_DecodeUTF8Stateful, args[0], T(1), (int)I(2)))                \
    X(plain_utf7, PyUnicode_DecodeUTF7(BYTES(0), T(1)))                                             \
    X(plain_utf8, PyUnicode_DecodeUTF8(BYTES(0), T(1)))                                             \
    X(units, decode_units((int)I(0), args[1], T(2), (int)I(3), (int)I(4), (int)I(5)))               \
    X(unicode_escape, PyUnicode_DecodeUnicodeEscape(BYTES(0), T(1)))                                \
    X(raw_unicode_escape, PyUnicode_DecodeRawUnicodeEscape(BYTES(0), T(1)))                         \
    X(latin1, PyUnicode_DecodeLatin1(BYTES(0), T(1)))                                               \
    X(ascii, PyUnicode_DecodeASCII(BYTES(0), T(1)))                                                 \
    X(charmap, PyUnicode_DecodeCharmap(BYTES(0), A(1), T(2)))                                       \
    X(as_encoded, PyUnicode_AsEncodedString(A(0), T(1), T(2)))                                      \
    X(as_utf8, PyUnicode_AsUTF8String(A(0)))                                                        \
    X(as_utf16, PyUnicode_AsUTF16String(A(0)))                                                      \
    X(as_utf32, PyUnicode_AsUTF32String(A(0)))                                                      \
    X(as_latin1, PyUnicode_AsLatin1String(A(0)))                                                    \
    X(as_ascii, PyUnicode_AsASCIIString(A(0)))                                                      \
    X(as_unicode_escape, PyUnicode_AsUnicodeEscapeString(A(0)))                                     \
    X(as_raw_unicode_escape, PyUnicode_AsRawUnicodeEscapeString(A(0)))                              \
    X(as_charmap, PyUnicode_AsCharmapString(A(0), A(1)))                                            \
    X(as_charmap_of, PyUnicode_AsCharmapString(A(0), PyUnicode_BuildEncodingMap(A(1))))             \
    X(build_map, PyUnicode_BuildEncodingMap(A(0)))                                                  \
    X(as_encoded_object, PyUnicode_AsEncodedObject(A(0), T(1), T(2)))                               \
    X(as_decoded_object, PyUnicode_AsDecodedObject(A(0), T(1), T(2)))                               \
    X(as_encoded_unicode, PyUnicode_AsEncodedUnicode(A(0), T(1), T(2)))                             \
    X(as_decoded_unicode, PyUnicode_AsDecodedUnicode(A(0), T(1), T(2)))                             \
    X(default_encoding, PyUnicode_FromString(PyUnicode_GetDefaultEncoding()))                       \
    X(fs_converter, convert(PyUnicode_FSConverter, A(0)))                                           \
    X(fs_decoder, convert(PyUnicode_FSDecoder, A(0)))                                               \
    X(decode_fs, PyUnicode_DecodeFSDefault(T(0)))                                                   \
    X(decode_fs_size, PyUnicode_DecodeFSDefaultAndSize(T(0), I(1)))                                 \
    X(encode_fs, PyUnicode_EncodeFSDefault(A(0)))                                                   \
    X(decode_locale, PyUnicode_DecodeLocale(T(0), T(1)))                                            \
    X(decode_locale_size, PyUnicode_DecodeLocaleAndSize(T(0), I(1), T(2)))                          \
    X(encode_locale, PyUnicode_EncodeLocale(A(0), T(1)))                                            \
    X(locale, locale(T(0)))                                                                         \
    X(hexdigits, PyUnicode_FromString(Py_hexdigits))                                                \
    X(register, number(PyCodec_Register(A(0))))                                                     \
    X(unregister, number(PyCodec_Unregister(A(0))))                                                 \
    X(known, known(T(0)))                                                                           \
    X(encode_object, PyCodec_Encode(A(0), T(1), T(2)))                                              \
    X(decode_object, PyCodec_Decode(A(0), T(1), T(2)))                                              \
    X(encoder, PyCodec_Encoder(T(0)))                                                               \
    X(decoder, PyCodec_Decoder(T(0)))                                                               \
    X(incremental_encoder, PyCodec_IncrementalEncoder(T(0), T(1)))                                  \
    X(incremental_decoder, PyCodec_IncrementalDecoder(T(0), T(1)))                                  \
    X(stream_reader, PyCodec_StreamReader(T(0), A(1), T(2)))                                        \
    X(stream_writer, PyCodec_StreamWriter(T(0), A(1), T(2)))                                        \
    X(register_error, number(PyCodec_RegisterError(T(0), A(1))))                                    \
    X(lookup_error, PyCodec_LookupError(T(0)))                                                      \
    X(strict, PyCodec_StrictErrors(A(0)))                                                           \
    X(ignore, PyCodec_IgnoreErrors(A(0)))                                                           \
    X(replace, PyCodec_ReplaceErrors(A(0)))                                                         \
    X(xmlcharrefreplace, PyCodec_XMLCharRefReplaceErrors(A(0)))                                     \
    X(backslashreplace, PyCodec_BackslashReplaceErrors(A(0)))                                       \
    X(namereplace, PyCodec_NameReplaceErrors(A(0)))

FUNCTIONS(WRAPPED)

static PyMethodDef methods[] = {
    FUNCTIONS(ENTRY)
    {"last_failed", last_failed, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "codings", .m_size = -1, .m_methods = methods};

PyMODINIT_FUNC
PyInit_codings(void)
{
    return PyModule_Create(&definition);
}
