"""Prints what openpyxl reads of a workbook's drop-downs, a line each: sheet, name of the column, what is offered."""

import sys

import openpyxl

for sheet in openpyxl.load_workbook(sys.argv[1]).worksheets:
    for validation in sheet.data_validations.dataValidation:
        column = min(cells.min_col for cells in validation.sqref.ranges)
        print(sheet.title, sheet.cell(row=4, column=column).value, validation.formula1, sep="\t")
