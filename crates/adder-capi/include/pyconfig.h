/* What depends on the machine: all of it is in Python.h. */
#ifndef ADDER_OWN_PYCONFIG_H
#define ADDER_OWN_PYCONFIG_H

#include "Python.h"

#endif
