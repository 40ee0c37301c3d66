/* Critical sections: all of it is in Python.h. */
#ifndef ADDER_OWN_CRITICAL_SECTION_H
#define ADDER_OWN_CRITICAL_SECTION_H

#include "Python.h"

#endif
