/* Numbers in texts of C's: all of it is in Python.h. */
#ifndef ADDER_OWN_PYSTRTOD_H
#define ADDER_OWN_PYSTRTOD_H

#include "Python.h"

#endif
