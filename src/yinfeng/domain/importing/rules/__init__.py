"""读懂台账：表头、单位、日期、金额、合计行，以及每一处问题。

From the cells of a sheet to typed rows of the ledger with their faults. Pure: values go in, values and faults come out.
"""
