from .circular_d import something

value = 1
