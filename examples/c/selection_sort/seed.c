/* The program of the fifth seed document, as it was printed, for Python 2's C API. Braces, declarations and the steps of the pointer
 * are completed, and nothing else is mended: its faults are what the README beside it is about. Build it with -DADDER_PY2. */
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>

PyObject *py_selectionSort(PyObject *self, PyObject *args)
{
    PyObject *list;

    (void)self;
    if (!PyArg_ParseTuple(args, "O", &list)) {
        printf("Not a list\n");
        return NULL;
    }

    PyObject *list_item;
    Py_ssize_t i, len;

    len = PyList_Size(list);
    long *list_array = (long *)malloc(len * (sizeof(long)));

    /* create array from list */
    for (i = 0; i < len; i++) {
        list_item = PyList_GetItem(list, i);
        if (PyInt_Check(list_item)) {
            *list_array = PyInt_AsLong(list_item);
        }
        list_array++;
    }
    list_array = list_array - len;

    int min = *list_array;
    int index = 0;
    int j, k;
    int temp_element;
    for (j = 0; j < len; j++) {
        min = *(list_array + j);
        index = j;
        for (k = j; k < len; k++) {
            if (*(list_array + k) < min) {
                min = *(list_array + k);
                index = k;
            }
        }
        if (index != j) {
            temp_element = *(list_array + j);
            *(list_array + j) = *(list_array + index);
            *(list_array + index) = temp_element;
        }
    }

    /* create list from sorted array */
    PyObject *flist = PyList_New(len);
    for (i = 0; i < len; i++) {
        list_item = PyInt_FromLong(*list_array);
        PyList_SetItem(flist, i, list_item);
        list_array++;
    }

    return flist;
}

PyMethodDef methods[] = {
    {"selectionSort", (PyCFunction)py_selectionSort, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

PyMODINIT_FUNC initselectionSort(void)
{
    Py_InitModule3("selectionSort", methods, "Extension module example!");
}
