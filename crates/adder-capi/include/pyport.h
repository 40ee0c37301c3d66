/* What depends on the compiler: all of it is in Python.h. */
#ifndef ADDER_OWN_PYPORT_H
#define ADDER_OWN_PYPORT_H

#include "Python.h"

#endif
