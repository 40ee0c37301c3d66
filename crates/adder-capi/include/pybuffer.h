/* Buffers: all of it is in Python.h. */
#ifndef ADDER_OWN_PYBUFFER_H
#define ADDER_OWN_PYBUFFER_H

#include "Python.h"

#endif
