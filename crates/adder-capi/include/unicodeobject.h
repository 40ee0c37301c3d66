/* str: all of it is in Python.h. */
#ifndef ADDER_OWN_UNICODEOBJECT_H
#define ADDER_OWN_UNICODEOBJECT_H

#include "Python.h"

#endif
