"""Makes a workbook of a CSV with openpyxl: dates, truth values and numbers as what they are, texts as texts."""

import csv
import datetime
import re
import sys

import openpyxl


def cell(text):
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.date.fromisoformat(text)
    if re.fullmatch(r"\d\d:\d\d", text):
        return datetime.time.fromisoformat(text)
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"\d{1,4}", text) else text or None


book = openpyxl.Workbook()
with open(sys.argv[1], encoding="utf-8", newline="") as table:
    for row in csv.reader(table):
        book.active.append([cell(text) for text in row])
book.save(sys.argv[2])
