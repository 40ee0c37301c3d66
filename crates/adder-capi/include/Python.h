/* Adder's Python.h: the C API of Python 3.14 on Adder's objects.
 *
 * Names and contracts are CPython's, the layout of PyObject is not: see object.h. Extension modules are compiled against this and
 * need no library: the program that loads them exports the functions. */
#ifndef Py_PYTHON_H
#define Py_PYTHON_H

#include "adder/platform.h"
#include "patchlevel.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "adder/layout.h"
#include "adder/port.h"
#include "adder/object.h"
#include "adder/memory.h"
#include "adder/typeobject.h"
#include "adder/errors.h"
#include "adder/abstract.h"
#include "adder/number.h"
#include "adder/bytes.h"
#include "adder/c_text.h"
#include "adder/codecs.h"
#include "adder/files.h"
#include "adder/pythread.h"
#include "adder/complex.h"
#include "adder/text.h"
#include "adder/unicode_writer.h"
#include "adder/containers.h"
#include "adder/dict.h"
#include "adder/set.h"
#include "adder/protocols.h"
#include "adder/modules.h"
#include "adder/imports.h"
#include "adder/threads.h"
#include "adder/interpreters.h"
#include "adder/embedding.h"
#include "adder/running.h"
#include "adder/system.h"
#include "adder/arguments.h"
#include "adder/buffer.h"
#include "adder/bytearrays.h"
#include "adder/capsules.h"
#include "adder/functions.h"
#include "adder/structseq.h"
#include "adder/weakrefs.h"
#include "adder/private_names.h"
#include "adder/absent.h"
#include "adder/cython.h"
#include "adder/python2.h"

#endif /* Py_PYTHON_H */
