/* Generic types: all of it is in Python.h. */
#ifndef ADDER_OWN_GENERICALIASOBJECT_H
#define ADDER_OWN_GENERICALIASOBJECT_H

#include "Python.h"

#endif
