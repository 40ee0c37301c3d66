/* Running source: all of it is in Python.h. */
#ifndef ADDER_OWN_COMPILE_H
#define ADDER_OWN_COMPILE_H

#include "Python.h"

#endif
