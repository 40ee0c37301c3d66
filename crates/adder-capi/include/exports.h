/* What is imported and exported: all of it is in Python.h. */
#ifndef ADDER_OWN_EXPORTS_H
#define ADDER_OWN_EXPORTS_H

#include "Python.h"

#endif
