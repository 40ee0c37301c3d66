/* Objects, and how references to them are counted.
 *
 * An object begins with two words. The lower half of the first holds its count: the references less one, where the number is not
 * negative. A negative number has a meaning of its own (the object is calm, immortal, dying), and the functions know it. The second
 * word points to the shape of the object's type. There is no field `ob_refcnt`: use Py_REFCNT() and Py_SET_REFCNT(). */
#ifndef ADDER_OBJECT_H
#define ADDER_OBJECT_H

ADDER_BEGIN

typedef struct _typeobject PyTypeObject;
typedef struct _object PyObject;

/* The part of a shape that C may read. */
struct _adder_shape {
    char _adder_info[ADDER_SHAPE_TYPE_OFFSET_];
    PyTypeObject *type;
};

struct _object {
    int32_t _ob_count;
    uint32_t _ob_flags;
    const struct _adder_shape *_ob_shape;
};

typedef struct {
    PyObject ob_base;
    Py_ssize_t ob_size;
} PyVarObject;

/* `object->ob_type` reads the type; Py_SET_TYPE() writes it. */
#define ob_type _ob_shape->type

#define PyObject_HEAD PyObject ob_base;
#define PyObject_VAR_HEAD PyVarObject ob_base;
#define _ADDER_IMMORTAL_COUNT ((int32_t)0xC0000000)
/* The three upper bits of an immortal object's count. */
#define _ADDER_IMMORTAL (0xC0000000u >> 29)
#define _ADDER_FOREIGN (1u << 10)
#define PyObject_HEAD_INIT(type) { _ADDER_IMMORTAL_COUNT, _ADDER_FOREIGN, (const struct _adder_shape *)(const void *)(type) },
#define PyVarObject_HEAD_INIT(type, size) { PyObject_HEAD_INIT(type) (size) },

#define _PyObject_CAST(op) ((PyObject *)(op))
#define _PyVarObject_CAST(op) ((PyVarObject *)(op))

PyAPI_FUNC(void) _Adder_IncRef(PyObject *);
PyAPI_FUNC(void) _Adder_DecRef(PyObject *);
PyAPI_FUNC(void) _Adder_SetRefCount(PyObject *, Py_ssize_t);
PyAPI_FUNC(void) _Adder_SetType(PyObject *, PyTypeObject *);
PyAPI_FUNC(void) Py_IncRef(PyObject *);
PyAPI_FUNC(void) Py_DecRef(PyObject *);
PyAPI_FUNC(Py_ssize_t) Py_REFCNT(PyObject *);
PyAPI_FUNC(int) PyUnstable_Object_IsUniquelyReferenced(PyObject *);
PyAPI_FUNC(int) PyUnstable_IsImmortal(PyObject *);
PyAPI_FUNC(void) PyUnstable_EnableTryIncRef(PyObject *);
PyAPI_FUNC(int) PyUnstable_TryIncRef(PyObject *);
PyAPI_FUNC(void) PyObject_Dump(PyObject *);

static inline void
_Py_Increment(PyObject *op)
{
    int32_t more = (int32_t)((uint32_t)op->_ob_count + 1);
    if (Py_LIKELY(more >= 0)) {
        op->_ob_count = more;
    } else if (((uint32_t)op->_ob_count >> 29) != _ADDER_IMMORTAL) {
        _Adder_IncRef(op);
    }
}

static inline void
_Py_Decrement(PyObject *op)
{
    int32_t less = (int32_t)((uint32_t)op->_ob_count - 1);
    if (Py_LIKELY(less >= 0)) {
        op->_ob_count = less;
    } else if (((uint32_t)op->_ob_count >> 29) != _ADDER_IMMORTAL) {
        _Adder_DecRef(op);
    }
}

static inline void
_Py_XIncrement(PyObject *op)
{
    if (op != Py_NULL) {
        _Py_Increment(op);
    }
}

static inline void
_Py_XDecrement(PyObject *op)
{
    if (op != Py_NULL) {
        _Py_Decrement(op);
    }
}

static inline PyObject *
_Py_NewReference_(PyObject *op)
{
    _Py_Increment(op);
    return op;
}

static inline PyObject *
_Py_XNewReference_(PyObject *op)
{
    _Py_XIncrement(op);
    return op;
}

#define Py_INCREF(op) _Py_Increment(_PyObject_CAST(op))
#define Py_DECREF(op) _Py_Decrement(_PyObject_CAST(op))
#define Py_XINCREF(op) _Py_XIncrement(_PyObject_CAST(op))
#define Py_XDECREF(op) _Py_XDecrement(_PyObject_CAST(op))
#define Py_NewRef(op) _Py_NewReference_(_PyObject_CAST(op))
#define Py_XNewRef(op) _Py_XNewReference_(_PyObject_CAST(op))
#define Py_REFCNT(op) Py_REFCNT(_PyObject_CAST(op))
#define Py_SET_REFCNT(op, n) _Adder_SetRefCount(_PyObject_CAST(op), (n))

#define Py_CLEAR(op)                                    \
    do {                                                \
        PyObject **_adder_place = (PyObject **)(void *)&(op); \
        PyObject *_adder_old = *_adder_place;           \
        if (_adder_old != Py_NULL) {                    \
            *_adder_place = Py_NULL;                    \
            Py_DECREF(_adder_old);                      \
        }                                               \
    } while (0)

#define Py_SETREF(place, value)                               \
    do {                                                      \
        PyObject **_adder_place = (PyObject **)(void *)&(place); \
        PyObject *_adder_old = *_adder_place;                 \
        *_adder_place = _PyObject_CAST(value);                \
        Py_DECREF(_adder_old);                                \
    } while (0)

#define Py_XSETREF(place, value)                              \
    do {                                                      \
        PyObject **_adder_place = (PyObject **)(void *)&(place); \
        PyObject *_adder_old = *_adder_place;                 \
        *_adder_place = _PyObject_CAST(value);                \
        Py_XDECREF(_adder_old);                               \
    } while (0)

static inline PyTypeObject *
_Py_TypeOf(PyObject *op)
{
    return op->_ob_shape->type;
}

#define Py_TYPE(op) _Py_TypeOf(_PyObject_CAST(op))
#define Py_SET_TYPE(op, type) _Adder_SetType(_PyObject_CAST(op), (type))
#define Py_SIZE(op) (_PyVarObject_CAST(op)->ob_size)
#define Py_SET_SIZE(op, size) ((void)(_PyVarObject_CAST(op)->ob_size = (size)))
#define Py_IS_TYPE(op, type) (Py_TYPE(op) == (type))
#define Py_Is(a, b) (_PyObject_CAST(a) == _PyObject_CAST(b))
#define Py_IsNone(op) Py_Is((op), Py_None)
#define Py_IsTrue(op) Py_Is((op), Py_True)
#define Py_IsFalse(op) Py_Is((op), Py_False)

PyAPI_DATA(PyObject) _Py_NoneStruct;
PyAPI_DATA(PyObject) _Py_NotImplementedStruct;
PyAPI_DATA(PyObject) _Py_EllipsisObject;
PyAPI_DATA(PyObject) _Py_TrueStruct;
PyAPI_DATA(PyObject) _Py_FalseStruct;
#define Py_None (&_Py_NoneStruct)
#define Py_NotImplemented (&_Py_NotImplementedStruct)
#define Py_Ellipsis (&_Py_EllipsisObject)
#define Py_True (&_Py_TrueStruct)
#define Py_False (&_Py_FalseStruct)
/* Immortal: what is returned needs no count. */
#define Py_RETURN_NONE return Py_None
#define Py_RETURN_TRUE return Py_True
#define Py_RETURN_FALSE return Py_False
#define Py_RETURN_NOTIMPLEMENTED return Py_NotImplemented

#define Py_LT 0
#define Py_LE 1
#define Py_EQ 2
#define Py_NE 3
#define Py_GT 4
#define Py_GE 5

#define Py_RETURN_RICHCOMPARE(a, b, op)                       \
    do {                                                      \
        switch (op) {                                         \
            case Py_EQ: if ((a) == (b)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
            case Py_NE: if ((a) != (b)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
            case Py_LT: if ((a) < (b)) Py_RETURN_TRUE; Py_RETURN_FALSE;  \
            case Py_GT: if ((a) > (b)) Py_RETURN_TRUE; Py_RETURN_FALSE;  \
            case Py_LE: if ((a) <= (b)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
            case Py_GE: if ((a) >= (b)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
            default: Py_UNREACHABLE();                        \
        }                                                     \
    } while (0)

ADDER_END

#endif
