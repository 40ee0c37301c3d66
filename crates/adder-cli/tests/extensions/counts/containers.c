/* list, tuple, dict, set. */
#include "counts.h"

SUCCEEDS(PyList_New, (), PyList_New(3))
SUCCEEDS(PyList_New, (), PyList_New(0))
RAISES(PyList_New, SystemError, NULL, (), PyList_New(-1))

SUCCEEDS(PyList_Size, (list_of(3)), PyList_Size(o[0]), EXPECT(result == 3))
RAISES(PyList_Size, SystemError, NULL, (marker()), PyList_Size(o[0]))

SUCCEEDS(PyList_GetItem, (list_of(3)), PyList_GetItem(o[0], 2), EXPECT(result == (intptr_t)PyList_GetItem(o[0], 2)))
SUCCEEDS(PyList_GetItem, (py("[7]")), PyList_GetItem(o[0], 0), EXPECT(PyLong_AsLong((PyObject *)result) == 7))
RAISES(PyList_GetItem, IndexError, "list index out of range", (list_of(3)), PyList_GetItem(o[0], 3))
RAISES(PyList_GetItem, IndexError, "list index out of range", (list_of(3)), PyList_GetItem(o[0], -1))
RAISES(PyList_GetItem, SystemError, NULL, (tuple_of(3)), PyList_GetItem(o[0], 0))

SUCCEEDS(PyList_GetItemRef, (list_of(3)), PyList_GetItemRef(o[0], 2))
SUCCEEDS(PyList_GetItemRef, (py("[7]")), PyList_GetItemRef(o[0], 0))
RAISES(PyList_GetItemRef, IndexError, "list index out of range", (list_of(3)), PyList_GetItemRef(o[0], 3))
RAISES(PyList_GetItemRef, TypeError, "expected a list", (marker()), PyList_GetItemRef(o[0], 0))

SUCCEEDS(PyList_SetItem, (list_of(3), marker()), PyList_SetItem(o[0], 1, o[1]))
SUCCEEDS(PyList_SetItem, (list_of(3), NULL), PyList_SetItem(o[0], 1, o[1]))
SUCCEEDS(PyList_SetItem, (list_of(1), number(5)), PyList_SetItem(o[0], 0, o[1]))
RAISES(PyList_SetItem, IndexError, "list assignment index out of range", (list_of(3), marker()), PyList_SetItem(o[0], 3, o[1]))
RAISES(PyList_SetItem, SystemError, NULL, (tuple_of(3), marker()), PyList_SetItem(o[0], 0, o[1]))

SUCCEEDS(PyList_Insert, (list_of(3), marker()), PyList_Insert(o[0], 1, o[1]))
SUCCEEDS(PyList_Insert, (list_of(3), marker()), PyList_Insert(o[0], -1, o[1]))
SUCCEEDS(PyList_Insert, (list_of(3), marker()), PyList_Insert(o[0], 100, o[1]))
RAISES(PyList_Insert, SystemError, NULL, (marker(), marker()), PyList_Insert(o[0], 0, o[1]))
RAISES(PyList_Insert, SystemError, NULL, (list_of(1), NULL), PyList_Insert(o[0], 0, o[1]))

SUCCEEDS(PyList_Append, (list_of(3), marker()), PyList_Append(o[0], o[1]), EXPECT(PyList_Size(o[0]) == 4))
SUCCEEDS(PyList_Append, (list_of(0), number(5)), PyList_Append(o[0], o[1]))
RAISES(PyList_Append, SystemError, NULL, (tuple_of(1), marker()), PyList_Append(o[0], o[1]))
RAISES(PyList_Append, SystemError, NULL, (list_of(1), NULL), PyList_Append(o[0], o[1]))

SUCCEEDS(PyList_GetSlice, (list_of(4)), PyList_GetSlice(o[0], 1, 3), EXPECT(PyList_Size((PyObject *)result) == 2))
SUCCEEDS(PyList_GetSlice, (list_of(4)), PyList_GetSlice(o[0], 3, 1), EXPECT(PyList_Size((PyObject *)result) == 0))
RAISES(PyList_GetSlice, SystemError, NULL, (marker()), PyList_GetSlice(o[0], 0, 1))

SUCCEEDS(PyList_Sort, (py("[300, 200, 100, 2000]")), PyList_Sort(o[0]))
RAISES(PyList_Sort, TypeError, "'<' not supported between instances of 'counts.Marker' and 'counts.Marker'", (list_of(2)), PyList_Sort(o[0]))
RAISES(PyList_Sort, ValueError, "bad", (py("[Bad(), Marker(), Bad()]")), PyList_Sort(o[0]))
RAISES(PyList_Sort, SystemError, NULL, (marker()), PyList_Sort(o[0]))

SUCCEEDS(PyList_Reverse, (list_of(3)), PyList_Reverse(o[0]))
RAISES(PyList_Reverse, SystemError, NULL, (marker()), PyList_Reverse(o[0]))

SUCCEEDS(PyList_AsTuple, (list_of(3)), PyList_AsTuple(o[0]), EXPECT(PyTuple_Size((PyObject *)result) == 3))
RAISES(PyList_AsTuple, SystemError, NULL, (marker()), PyList_AsTuple(o[0]))

SUCCEEDS(PyTuple_New, (), PyTuple_New(3))
SUCCEEDS(PyTuple_New, (), PyTuple_New(0))
RAISES(PyTuple_New, SystemError, NULL, (), PyTuple_New(-1))

SUCCEEDS(PyTuple_Size, (tuple_of(3)), PyTuple_Size(o[0]), EXPECT(result == 3))
RAISES(PyTuple_Size, SystemError, NULL, (marker()), PyTuple_Size(o[0]))

SUCCEEDS(PyTuple_GetItem, (tuple_of(3)), PyTuple_GetItem(o[0], 2))
SUCCEEDS(PyTuple_GetItem, (py("(n := 7, n + 1)")), PyTuple_GetItem(o[0], 1), EXPECT(PyLong_AsLong((PyObject *)result) == 8))
RAISES(PyTuple_GetItem, IndexError, "tuple index out of range", (tuple_of(3)), PyTuple_GetItem(o[0], 3))
RAISES(PyTuple_GetItem, SystemError, NULL, (list_of(3)), PyTuple_GetItem(o[0], 0))

/* Nobody else may have the tuple: it is made within the call, in place of the first object. */
static int
set_item_of_new_tuple(PyObject *object, PyObject *item, Py_ssize_t at)
{
    if (object == NULL) {
        return PyTuple_SetItem(NULL, at, item);
    }
    PyObject *tuple = PyTuple_New(2);
    if (tuple == NULL) {
        Py_DECREF(item);
        return -1;
    }
    int done = PyTuple_SetItem(tuple, at, item);
    Py_DECREF(tuple);
    return done;
}
SUCCEEDS(PyTuple_SetItem, (py("object()"), marker()), set_item_of_new_tuple(o[0], o[1], 1))
RAISES(PyTuple_SetItem, IndexError, "tuple assignment index out of range", (py("object()"), marker()), set_item_of_new_tuple(o[0], o[1], 2))
RAISES(PyTuple_SetItem, SystemError, NULL, (tuple_of(2), marker()), PyTuple_SetItem(o[0], 1, o[1]))
RAISES(PyTuple_SetItem, SystemError, NULL, (list_of(2), marker()), PyTuple_SetItem(o[0], 1, o[1]))

SUCCEEDS(PyTuple_GetSlice, (tuple_of(4)), PyTuple_GetSlice(o[0], 1, 3), EXPECT(PyTuple_Size((PyObject *)result) == 2))
RAISES(PyTuple_GetSlice, SystemError, NULL, (marker()), PyTuple_GetSlice(o[0], 0, 1))

SUCCEEDS(PyDict_New, (), PyDict_New())

SUCCEEDS(PyDict_Size, (dict_of(3)), PyDict_Size(o[0]), EXPECT(result == 3))
RAISES(PyDict_Size, SystemError, NULL, (marker()), PyDict_Size(o[0]))

SUCCEEDS(PyDict_SetItem, (dict_of(3), marker(), marker()), PyDict_SetItem(o[0], o[1], o[2]))
SUCCEEDS(PyDict_SetItem, (dict_of(3), text("k1"), marker()), PyDict_SetItem(o[0], o[1], o[2]))
SUCCEEDS(PyDict_SetItem, (dict_of(8), number(1000), number(2000)), PyDict_SetItem(o[0], o[1], o[2]))
RAISES(PyDict_SetItem, TypeError, "unhashable type: 'list'", (dict_of(3), list_of(1), marker()), PyDict_SetItem(o[0], o[1], o[2]))
RAISES(PyDict_SetItem, ValueError, "bad", (dict_of(3), py("Bad()"), marker()), PyDict_SetItem(o[0], o[1], o[2]))
RAISES(PyDict_SetItem, SystemError, NULL, (marker(), marker(), marker()), PyDict_SetItem(o[0], o[1], o[2]))
RAISES(PyDict_SetItem, SystemError, NULL, (dict_of(1), marker(), NULL), PyDict_SetItem(o[0], o[1], o[2]))

SUCCEEDS(PyDict_SetItemString, (dict_of(3), marker()), PyDict_SetItemString(o[0], "another", o[1]))
SUCCEEDS(PyDict_SetItemString, (dict_of(3), marker()), PyDict_SetItemString(o[0], "k1", o[1]))
RAISES(PyDict_SetItemString, SystemError, NULL, (marker(), marker()), PyDict_SetItemString(o[0], "k1", o[1]))

SUCCEEDS(PyDict_GetItem, (dict_of(3), text("k1")), PyDict_GetItem(o[0], o[1]), EXPECT(result != 0))
SUCCEEDS(PyDict_GetItem, (dict_of(3), text("none")), PyDict_GetItem(o[0], o[1]), EXPECT(result == 0))
SUCCEEDS(PyDict_GetItem, (dict_of(3), list_of(1)), PyDict_GetItem(o[0], o[1]), EXPECT(result == 0))
SUCCEEDS(PyDict_GetItem, (marker(), marker()), PyDict_GetItem(o[0], o[1]), EXPECT(result == 0))
SUCCEEDS(PyDict_GetItem, (py("{'five': 5}"), text("five")), PyDict_GetItem(o[0], o[1]), EXPECT(PyLong_AsLong((PyObject *)result) == 5))

SUCCEEDS(PyDict_GetItemWithError, (dict_of(3), text("k1")), PyDict_GetItemWithError(o[0], o[1]), EXPECT(result != 0))
SUCCEEDS(PyDict_GetItemWithError, (dict_of(3), text("none")), PyDict_GetItemWithError(o[0], o[1]), EXPECT(result == 0))
RAISES(PyDict_GetItemWithError, TypeError, "unhashable type: 'list'", (dict_of(3), list_of(1)), PyDict_GetItemWithError(o[0], o[1]))
RAISES(PyDict_GetItemWithError, SystemError, NULL, (marker(), marker()), PyDict_GetItemWithError(o[0], o[1]))

SUCCEEDS(PyDict_GetItemString, (dict_of(3)), PyDict_GetItemString(o[0], "k1"), EXPECT(result != 0))
SUCCEEDS(PyDict_GetItemString, (dict_of(3)), PyDict_GetItemString(o[0], "none"), EXPECT(result == 0))
SUCCEEDS(PyDict_GetItemString, (marker()), PyDict_GetItemString(o[0], "none"), EXPECT(result == 0))

SUCCEEDS(PyDict_GetItemRef, (dict_of(3), text("k1")), PyDict_GetItemRef(o[0], o[1], &p[0]), EXPECT(result == 1 && p[0] != NULL))
SUCCEEDS(PyDict_GetItemRef, (dict_of(3), text("none")), PyDict_GetItemRef(o[0], o[1], &p[0]), EXPECT(result == 0 && p[0] == NULL))
SUCCEEDS(PyDict_GetItemRef, (py("{'five': 5}"), text("five")), PyDict_GetItemRef(o[0], o[1], &p[0]), EXPECT(result == 1))
RAISES(PyDict_GetItemRef, TypeError, "unhashable type: 'list'", (dict_of(3), list_of(1)), PyDict_GetItemRef(o[0], o[1], &p[0]), EXPECT(p[0] == NULL))
RAISES(PyDict_GetItemRef, SystemError, NULL, (marker(), marker()), PyDict_GetItemRef(o[0], o[1], &p[0]), EXPECT(p[0] == NULL))

SUCCEEDS(PyDict_DelItem, (dict_of(3), text("k1")), PyDict_DelItem(o[0], o[1]))
RAISES(PyDict_DelItem, KeyError, "'none'", (dict_of(3), text("none")), PyDict_DelItem(o[0], o[1]))
RAISES(PyDict_DelItem, TypeError, "unhashable type: 'list'", (dict_of(3), list_of(1)), PyDict_DelItem(o[0], o[1]))
RAISES(PyDict_DelItem, SystemError, NULL, (marker(), marker()), PyDict_DelItem(o[0], o[1]))

SUCCEEDS(PyDict_DelItemString, (dict_of(3)), PyDict_DelItemString(o[0], "k1"))
RAISES(PyDict_DelItemString, KeyError, "'none'", (dict_of(3)), PyDict_DelItemString(o[0], "none"))
RAISES(PyDict_DelItemString, SystemError, NULL, (marker()), PyDict_DelItemString(o[0], "k1"))

SUCCEEDS(PyDict_Contains, (dict_of(3), text("k1")), PyDict_Contains(o[0], o[1]), EXPECT(result == 1))
SUCCEEDS(PyDict_Contains, (dict_of(3), text("none")), PyDict_Contains(o[0], o[1]), EXPECT(result == 0))
RAISES(PyDict_Contains, ValueError, "bad", (dict_of(3), py("Bad()")), PyDict_Contains(o[0], o[1]))
RAISES(PyDict_Contains, SystemError, NULL, (marker(), marker()), PyDict_Contains(o[0], o[1]))

SUCCEEDS(PyDict_Copy, (dict_of(3)), PyDict_Copy(o[0]), EXPECT(PyDict_Size((PyObject *)result) == 3))
RAISES(PyDict_Copy, SystemError, NULL, (marker()), PyDict_Copy(o[0]))

SUCCEEDS(PyDict_Clear, (dict_of(3)), PyDict_Clear(o[0]))
SUCCEEDS(PyDict_Clear, (marker()), PyDict_Clear(o[0]))

SUCCEEDS(PyDict_Keys, (dict_of(3)), PyDict_Keys(o[0]))
RAISES(PyDict_Keys, SystemError, NULL, (marker()), PyDict_Keys(o[0]))
SUCCEEDS(PyDict_Values, (dict_of(3)), PyDict_Values(o[0]))
RAISES(PyDict_Values, SystemError, NULL, (marker()), PyDict_Values(o[0]))
SUCCEEDS(PyDict_Items, (dict_of(3)), PyDict_Items(o[0]))
RAISES(PyDict_Items, SystemError, NULL, (marker()), PyDict_Items(o[0]))

SUCCEEDS(PyDict_Next, (dict_of(3)), PyDict_Next(o[0], &n[0], &p[0], &p[1]), EXPECT(result == 1 && p[0] != NULL && p[1] != NULL))
SUCCEEDS(PyDict_Next, (py("{1: 2}")), PyDict_Next(o[0], &n[0], &p[0], &p[1]), EXPECT(result == 1))
SUCCEEDS(PyDict_Next, (dict_of(3)), PyDict_Next(o[0], &n[0], NULL, NULL), EXPECT(result == 1))
SUCCEEDS(PyDict_Next, (dict_of(0)), PyDict_Next(o[0], &n[0], &p[0], &p[1]), EXPECT(result == 0))
SUCCEEDS(PyDict_Next, (marker()), PyDict_Next(o[0], &n[0], &p[0], &p[1]), EXPECT(result == 0))

SUCCEEDS(PyList_SetSlice, (list_of(3), list_of(2)), PyList_SetSlice(o[0], 1, 2, o[1]), EXPECT(PyList_Size(o[0]) == 4))
SUCCEEDS(PyList_SetSlice, (list_of(3), NULL), PyList_SetSlice(o[0], 0, 2, o[1]), EXPECT(PyList_Size(o[0]) == 1))
RAISES(PyList_SetSlice, TypeError, "can only assign an iterable", (list_of(3), marker()), PyList_SetSlice(o[0], 1, 2, o[1]))
RAISES(PyList_SetSlice, ValueError, "bad", (list_of(3), py("Bad()")), PyList_SetSlice(o[0], 1, 2, o[1]))
RAISES(PyList_SetSlice, SystemError, NULL, (marker(), NULL), PyList_SetSlice(o[0], 1, 2, o[1]))
SUCCEEDS(PyList_Extend, (list_of(3), tuple_of(2)), PyList_Extend(o[0], o[1]))
SUCCEEDS(PyList_Extend, (list_of(3), dict_of(2)), PyList_Extend(o[0], o[1]))
RAISES(PyList_Extend, TypeError, NULL, (list_of(3), marker()), PyList_Extend(o[0], o[1]))
RAISES(PyList_Extend, SystemError, NULL, (marker(), list_of(1)), PyList_Extend(o[0], o[1]))
SUCCEEDS(PyList_Clear, (list_of(3)), PyList_Clear(o[0]))
RAISES(PyList_Clear, SystemError, NULL, (marker()), PyList_Clear(o[0]))

static int
resize_new_tuple(Py_ssize_t items, PyObject **place)
{
    *place = PyTuple_New(items);
    if (*place == NULL) {
        return -1;
    }
    for (Py_ssize_t at = 0; at < items; at++) {
        PyTuple_SET_ITEM(*place, at, Py_NewRef(Py_None));
    }
    return _PyTuple_Resize(place, 3);
}
SUCCEEDS(_PyTuple_Resize, (), resize_new_tuple(5, &p[0]), EXPECT(PyTuple_Size(p[0]) == 3))
SUCCEEDS(_PyTuple_Resize, (), resize_new_tuple(1, &p[0]), EXPECT(PyTuple_Size(p[0]) == 3))
RAISES(_PyTuple_Resize, SystemError, NULL, (), _PyTuple_Resize(&p[0], 3), EXPECT(p[0] == NULL))

SUCCEEDS(PyDict_Merge, (dict_of(1), dict_of(3)), PyDict_Merge(o[0], o[1], 0), EXPECT(PyDict_Size(o[0]) == 3))
RAISES(PyDict_Merge, AttributeError, NULL, (dict_of(1), marker()), PyDict_Merge(o[0], o[1], 0))
RAISES(PyDict_Merge, SystemError, NULL, (marker(), dict_of(1)), PyDict_Merge(o[0], o[1], 0))
SUCCEEDS(PyDict_Update, (dict_of(1), dict_of(3)), PyDict_Update(o[0], o[1]))
RAISES(PyDict_Update, ValueError, "bad", (dict_of(1), py("Bad()")), PyDict_Update(o[0], o[1]))
SUCCEEDS(_PyDict_MergeEx, (dict_of(0), dict_of(3)), _PyDict_MergeEx(o[0], o[1], 2))
RAISES(_PyDict_MergeEx, KeyError, "'k0'", (dict_of(1), dict_of(3)), _PyDict_MergeEx(o[0], o[1], 2))
SUCCEEDS(PyDict_MergeFromSeq2, (dict_of(1), py("[('a', 1000), ['b', 2]]")), PyDict_MergeFromSeq2(o[0], o[1], 1))
RAISES(PyDict_MergeFromSeq2, TypeError, "cannot convert dictionary update sequence element #0 to a sequence", (dict_of(1), list_of(1)), PyDict_MergeFromSeq2(o[0], o[1], 1))
RAISES(PyDict_MergeFromSeq2, ValueError, "dictionary update sequence element #0 has length 3; 2 is required", (dict_of(1), py("['abc']")), PyDict_MergeFromSeq2(o[0], o[1], 1))
SUCCEEDS(PyDict_SetDefault, (dict_of(3), text("k1"), marker()), PyDict_SetDefault(o[0], o[1], o[2]), EXPECT(result != (intptr_t)o[2]))
SUCCEEDS(PyDict_SetDefault, (dict_of(3), text("new"), marker()), PyDict_SetDefault(o[0], o[1], o[2]), EXPECT(result == (intptr_t)o[2]))
RAISES(PyDict_SetDefault, TypeError, "unhashable type: 'list'", (dict_of(3), list_of(1), marker()), PyDict_SetDefault(o[0], o[1], o[2]))
RAISES(PyDict_SetDefault, SystemError, NULL, (marker(), marker(), marker()), PyDict_SetDefault(o[0], o[1], o[2]))
SUCCEEDS(PyDict_SetDefaultRef, (dict_of(3), text("k1"), marker()), PyDict_SetDefaultRef(o[0], o[1], o[2], &p[0]), EXPECT(result == 1))
SUCCEEDS(PyDict_SetDefaultRef, (dict_of(3), text("new"), marker()), PyDict_SetDefaultRef(o[0], o[1], o[2], &p[0]), EXPECT(result == 0 && p[0] == o[2]))
SUCCEEDS(PyDict_SetDefaultRef, (dict_of(3), text("new"), marker()), PyDict_SetDefaultRef(o[0], o[1], o[2], NULL), EXPECT(result == 0))
RAISES(PyDict_SetDefaultRef, TypeError, NULL, (dict_of(3), list_of(1), marker()), PyDict_SetDefaultRef(o[0], o[1], o[2], &p[0]), EXPECT(p[0] == NULL))
SUCCEEDS(PyDict_Pop, (dict_of(3), text("k1")), PyDict_Pop(o[0], o[1], &p[0]), EXPECT(result == 1))
SUCCEEDS(PyDict_Pop, (dict_of(3), text("k1")), PyDict_Pop(o[0], o[1], NULL), EXPECT(result == 1))
SUCCEEDS(PyDict_Pop, (dict_of(3), text("none")), PyDict_Pop(o[0], o[1], &p[0]), EXPECT(result == 0 && p[0] == NULL))
RAISES(PyDict_Pop, TypeError, NULL, (dict_of(3), list_of(1)), PyDict_Pop(o[0], o[1], &p[0]))
RAISES(PyDict_Pop, SystemError, NULL, (marker(), marker()), PyDict_Pop(o[0], o[1], &p[0]))
SUCCEEDS(PyDict_PopString, (dict_of(3)), PyDict_PopString(o[0], "k1", &p[0]), EXPECT(result == 1))
RAISES(PyDict_PopString, SystemError, NULL, (marker()), PyDict_PopString(o[0], "k1", &p[0]))
SUCCEEDS(PyDict_ContainsString, (dict_of(3)), PyDict_ContainsString(o[0], "k1"), EXPECT(result == 1))
RAISES(PyDict_ContainsString, SystemError, NULL, (marker()), PyDict_ContainsString(o[0], "k1"))
SUCCEEDS(PyDict_GetItemStringRef, (dict_of(3)), PyDict_GetItemStringRef(o[0], "k1", &p[0]), EXPECT(result == 1))
SUCCEEDS(PyDict_GetItemStringRef, (dict_of(3)), PyDict_GetItemStringRef(o[0], "none", &p[0]), EXPECT(result == 0 && p[0] == NULL))
RAISES(PyDict_GetItemStringRef, SystemError, NULL, (marker()), PyDict_GetItemStringRef(o[0], "k1", &p[0]))
SUCCEEDS(_PyDict_GetItemStringWithError, (dict_of(3)), _PyDict_GetItemStringWithError(o[0], "k1"), EXPECT(result != 0))
RAISES(_PyDict_GetItemStringWithError, SystemError, NULL, (marker()), _PyDict_GetItemStringWithError(o[0], "k1"))
SUCCEEDS(_PyDict_NewPresized, (), _PyDict_NewPresized(100))
SUCCEEDS(_PyDict_GetItem_KnownHash, (dict_of(3), text("k1")), _PyDict_GetItem_KnownHash(o[0], o[1], PyObject_Hash(o[1])), EXPECT(result != 0))
RAISES(_PyDict_GetItem_KnownHash, SystemError, NULL, (marker(), text("k1")), _PyDict_GetItem_KnownHash(o[0], o[1], 5))
/* The cases ask for the hash, and that may fail. */
TRUSTS(_PyDict_SetItem_KnownHash)
TRUSTS(_PyDict_Contains_KnownHash)
SUCCEEDS(_PyDict_SetItem_KnownHash, (dict_of(3), text("new"), marker()), _PyDict_SetItem_KnownHash(o[0], o[1], o[2], PyObject_Hash(o[1])))
RAISES(_PyDict_SetItem_KnownHash, SystemError, NULL, (marker(), text("k1"), marker()), _PyDict_SetItem_KnownHash(o[0], o[1], o[2], 5))
SUCCEEDS(_PyDict_Contains_KnownHash, (dict_of(3), text("k1")), _PyDict_Contains_KnownHash(o[0], o[1], PyObject_Hash(o[1])), EXPECT(result == 1))
SUCCEEDS(_PyDict_Next, (dict_of(3)), _PyDict_Next(o[0], &n[0], &p[0], &p[1], &n[1]), EXPECT(result == 1))
SUCCEEDS(PyODict_New, (), PyODict_New())
SUCCEEDS(PyODict_SetItem, (py("__import__('collections').OrderedDict()"), text("key"), marker()), PyODict_SetItem(o[0], o[1], o[2]))
SUCCEEDS(PyODict_DelItem, (py("__import__('collections').OrderedDict(key=1)"), text("key")), PyODict_DelItem(o[0], o[1]))

SUCCEEDS(PySet_New, (NULL), PySet_New(o[0]))
SUCCEEDS(PySet_New, (dict_of(3)), PySet_New(o[0]))
RAISES(PySet_New, TypeError, NULL, (marker()), PySet_New(o[0]))
RAISES(PySet_New, ValueError, "bad", (py("[Bad()]")), PySet_New(o[0]))
SUCCEEDS(PyFrozenSet_New, (tuple_of(3)), PyFrozenSet_New(o[0]))
RAISES(PyFrozenSet_New, TypeError, NULL, (marker()), PyFrozenSet_New(o[0]))
SUCCEEDS(PySet_Size, (py("{1, 2}")), PySet_Size(o[0]), EXPECT(result == 2))
RAISES(PySet_Size, SystemError, NULL, (marker()), PySet_Size(o[0]))
SUCCEEDS(PySet_Contains, (py("{1000}"), number(1000)), PySet_Contains(o[0], o[1]), EXPECT(result == 1))
RAISES(PySet_Contains, TypeError, "unhashable type: 'list'", (py("{1}"), list_of(1)), PySet_Contains(o[0], o[1]))
RAISES(PySet_Contains, SystemError, NULL, (marker(), marker()), PySet_Contains(o[0], o[1]))
SUCCEEDS(PySet_Add, (py("set()"), marker()), PySet_Add(o[0], o[1]))
RAISES(PySet_Add, TypeError, NULL, (py("set()"), list_of(1)), PySet_Add(o[0], o[1]))
RAISES(PySet_Add, SystemError, NULL, (py("frozenset([1])"), marker()), PySet_Add(o[0], o[1]))
SUCCEEDS(PySet_Discard, (py("{'abc'}"), text("abc")), PySet_Discard(o[0], o[1]), EXPECT(result == 1))
SUCCEEDS(PySet_Discard, (py("{'abc'}"), text("xyz")), PySet_Discard(o[0], o[1]), EXPECT(result == 0))
RAISES(PySet_Discard, TypeError, NULL, (py("{'a'}"), list_of(1)), PySet_Discard(o[0], o[1]))
RAISES(PySet_Discard, SystemError, NULL, (marker(), marker()), PySet_Discard(o[0], o[1]))
SUCCEEDS(PySet_Pop, (py("{1000}")), PySet_Pop(o[0]))
RAISES(PySet_Pop, KeyError, NULL, (py("set()")), PySet_Pop(o[0]))
RAISES(PySet_Pop, SystemError, NULL, (marker()), PySet_Pop(o[0]))
SUCCEEDS(PySet_Clear, (py("{1000}")), PySet_Clear(o[0]))
RAISES(PySet_Clear, SystemError, NULL, (marker()), PySet_Clear(o[0]))
SUCCEEDS(_PySet_Update, (py("{1000}"), dict_of(2)), _PySet_Update(o[0], o[1]))
RAISES(_PySet_Update, TypeError, NULL, (py("{1000}"), marker()), _PySet_Update(o[0], o[1]))
SUCCEEDS(_PySet_NextEntry, (py("{1000}")), _PySet_NextEntry(o[0], &n[0], &p[0], &n[1]), EXPECT(result == 1))
RAISES(_PySet_NextEntry, SystemError, NULL, (marker()), _PySet_NextEntry(o[0], &n[0], &p[0], &n[1]))
