/* enumerate, reversed: all of it is in Python.h. */
#ifndef ADDER_OWN_ENUMOBJECT_H
#define ADDER_OWN_ENUMOBJECT_H

#include "Python.h"

#endif
