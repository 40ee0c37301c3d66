/* Signals: all of it is in Python.h. */
#ifndef ADDER_OWN_INTRCHECK_H
#define ADDER_OWN_INTRCHECK_H

#include "Python.h"

#endif
