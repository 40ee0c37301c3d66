/* Files: all of it is in Python.h. */
#ifndef ADDER_OWN_FILEOBJECT_H
#define ADDER_OWN_FILEOBJECT_H

#include "Python.h"

#endif
