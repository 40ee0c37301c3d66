/* Memory: all of it is in Python.h. */
#ifndef ADDER_OWN_PYMEM_H
#define ADDER_OWN_PYMEM_H

#include "Python.h"

#endif
