/* List: all of it is in Python.h. */
#ifndef ADDER_OWN_LISTOBJECT_H
#define ADDER_OWN_LISTOBJECT_H

#include "Python.h"

#endif
