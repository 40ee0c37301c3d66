print("failing is run")
raise ValueError("in the module")
