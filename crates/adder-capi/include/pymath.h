/* Constants of mathematics: all of it is in Python.h. */
#ifndef ADDER_OWN_PYMATH_H
#define ADDER_OWN_PYMATH_H

#include "Python.h"

#endif
