/* Int: all of it is in Python.h. */
#ifndef ADDER_OWN_LONGOBJECT_H
#define ADDER_OWN_LONGOBJECT_H

#include "Python.h"

#endif
