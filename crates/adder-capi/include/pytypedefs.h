/* The names of types: all of it is in Python.h. */
#ifndef ADDER_OWN_PYTYPEDEFS_H
#define ADDER_OWN_PYTYPEDEFS_H

#include "Python.h"

#endif
