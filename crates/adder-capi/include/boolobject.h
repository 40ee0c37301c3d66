/* Bool: all of it is in Python.h. */
#ifndef ADDER_OWN_BOOLOBJECT_H
#define ADDER_OWN_BOOLOBJECT_H

#include "Python.h"

#endif
