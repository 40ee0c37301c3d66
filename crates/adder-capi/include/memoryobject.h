/* Memoryview: all of it is in Python.h. */
#ifndef ADDER_OWN_MEMORYOBJECT_H
#define ADDER_OWN_MEMORYOBJECT_H

#include "Python.h"

#endif
