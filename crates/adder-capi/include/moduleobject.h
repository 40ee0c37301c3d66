/* Modules: all of it is in Python.h. */
#ifndef ADDER_OWN_MODULEOBJECT_H
#define ADDER_OWN_MODULEOBJECT_H

#include "Python.h"

#endif
