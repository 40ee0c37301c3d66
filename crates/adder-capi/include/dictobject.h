/* Dict: all of it is in Python.h. */
#ifndef ADDER_OWN_DICTOBJECT_H
#define ADDER_OWN_DICTOBJECT_H

#include "Python.h"

#endif
