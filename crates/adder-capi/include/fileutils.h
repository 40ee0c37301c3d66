/* Text of the system: all of it is in Python.h. */
#ifndef ADDER_OWN_FILEUTILS_H
#define ADDER_OWN_FILEUTILS_H

#include "Python.h"

#endif
