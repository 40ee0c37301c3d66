/* Memory of objects: all of it is in Python.h. */
#ifndef ADDER_OWN_OBJIMPL_H
#define ADDER_OWN_OBJIMPL_H

#include "Python.h"

#endif
