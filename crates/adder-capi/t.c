#include <Python.h>
#include <structmember.h>
#include <datetime.h>
#include <frameobject.h>
#include <pythread.h>
