/* What Cython writes asks, behind this header, for which kind of Python it is compiled. Its way for CPython reads the insides of CPython's
 * objects; on its way for the limited API it keeps to the functions. The names that modules get from this header stay all of them. */
#ifndef ADDER_CYTHON_H
#define ADDER_CYTHON_H

#ifndef CYTHON_LIMITED_API
#define CYTHON_LIMITED_API 1
#endif

#endif
