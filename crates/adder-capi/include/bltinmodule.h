/* The built-in types of iterators: all of it is in Python.h. */
#ifndef ADDER_OWN_BLTINMODULE_H
#define ADDER_OWN_BLTINMODULE_H

#include "Python.h"

#endif
