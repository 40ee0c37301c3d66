/* Slice: all of it is in Python.h. */
#ifndef ADDER_OWN_SLICEOBJECT_H
#define ADDER_OWN_SLICEOBJECT_H

#include "Python.h"

#endif
