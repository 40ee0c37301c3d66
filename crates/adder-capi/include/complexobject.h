/* Complex: all of it is in Python.h. */
#ifndef ADDER_OWN_COMPLEXOBJECT_H
#define ADDER_OWN_COMPLEXOBJECT_H

#include "Python.h"

#endif
