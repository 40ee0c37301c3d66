made = "alone"
