/* Functions of C's: all of it is in Python.h. */
#ifndef ADDER_OWN_METHODOBJECT_H
#define ADDER_OWN_METHODOBJECT_H

#include "Python.h"

#endif
