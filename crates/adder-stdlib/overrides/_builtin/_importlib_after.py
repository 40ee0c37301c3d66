# The end of the module _frozen_importlib, behind importlib/_bootstrap.py.

import sys
import _imp

_setup(sys, _imp)
