/* Iterators: all of it is in Python.h. */
#ifndef ADDER_OWN_ITEROBJECT_H
#define ADDER_OWN_ITEROBJECT_H

#include "Python.h"

#endif
