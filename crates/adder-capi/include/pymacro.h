/* Macros: all of it is in Python.h. */
#ifndef ADDER_OWN_PYMACRO_H
#define ADDER_OWN_PYMACRO_H

#include "Python.h"

#endif
