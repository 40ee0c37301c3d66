/* Weak references: all of it is in Python.h. */
#ifndef ADDER_OWN_WEAKREFOBJECT_H
#define ADDER_OWN_WEAKREFOBJECT_H

#include "Python.h"

#endif
