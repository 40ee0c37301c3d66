from . import circular_a

seen = hasattr(circular_a, "value")
