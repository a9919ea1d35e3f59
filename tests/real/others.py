"""Workbooks that other readers are tested with: fetched from source archives, and read by openpyxl and odfpy.

    others.py fetch FOLDER    puts the workbooks of the archives below into FOLDER
    others.py read FOLDER     a line of JSON for each of them: its name and, of the first sheet in sight with two rows or more, the rows
"""

import datetime
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import urllib.parse
import urllib.request

# Versions whose archives carry workbooks; later ones leave their tests out.
ARCHIVES = {
    "openpyxl-1.6.2": "69b146be1939aac85ab13d32ea8442eaa596ffc1285a19b42bdbfa751b55b2c1",
    "pandas-0.25.3": "52da74df8a9c9a103af0a72c9d5fdc8e0183a90884278db7f386b5692a2220a4",
    "xlsx2csv-0.8.4": "2aa809888826f6af5b26c77fc7f613f2bbeada0d8cc09e5a58e0f59684bb6911",
    "xlrd-1.2.0": "546eb36cee8db40c3eaa46c351e67ffee6eeb5fa2650b71bc4c758a29a1b29b2",
    "pyexcel-xlsx-0.6.0": "55754f764252461aca6871db203f4bd1370ec877828e305e6be1de5f9aa6a79d",
    "pyexcel-ods-0.6.0": "f61b56515fd4ccd4687f0a112422f74ce8535247ad2da49db90038d7e3ed397c",
    "pyexcel-ods3-0.6.1": "53740fc9bc6e91e43cdc0ee4f557bb3b252d8493d34f2c11d26a93c53cfebc2e",
    "ezodf-0.3.2": "000da534f689c6d55297a08f9e2ed7eada9810d194d31d164388162fb391122d",
    "odfpy-1.4.1": "db766a6e59c5103212f3cc92ec8dd50a0f3a02790233ed0b52148b70d3c438ec",
}
ENDINGS = (".xlsx", ".xlsm", ".xltx", ".ods")
MOST_ROWS = 200


def index():
    """The package index that pip was told to use, else its own."""
    from pip._internal.models.index import PyPI

    said = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True)
    return said.stdout.strip() or PyPI.simple_url


def archive(name):
    page_at = f"{index().rstrip('/')}/{name.rsplit('-', 1)[0]}/"
    page = urllib.request.urlopen(page_at, timeout=60).read().decode()
    for link in re.findall(r'href="([^"#]+)', page):
        if link.rsplit("/", 1)[-1] == f"{name}.tar.gz":
            return urllib.request.urlopen(urllib.parse.urljoin(page_at, link), timeout=300).read()
    raise SystemExit(f"{name}.tar.gz is not in the index")


def unpack(name, data, folder):
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            path = pathlib.PurePosixPath(member.name)
            if member.isfile() and path.suffix.lower() in ENDINGS:
                (folder / f"{name}__{'_'.join(path.parts[1:])}").write_bytes(tar.extractfile(member).read())


def fetch(folder):
    for name, expected in ARCHIVES.items():
        data = archive(name)
        found = hashlib.sha256(data).hexdigest()
        if found != expected:
            raise SystemExit(f"{name}.tar.gz is another one: {found}")
        unpack(name, data, folder)
    # Gnumeric's, where Debian's sources are within reach.
    for path in folder.glob("gnumeric_*.orig.tar.xz"):
        unpack(path.name.split(".orig")[0].replace("_", "-"), path.read_bytes(), folder)


def cell(value, kind):
    if kind == "e":
        return ["error"]
    if value is None:
        return [""]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, (int, float)):
        return ["number", value]
    if isinstance(value, datetime.timedelta):
        return ["duration"]
    if isinstance(value, datetime.datetime):
        seconds = [(value + datetime.timedelta(microseconds=more)).replace(microsecond=0) for more in (0, 500_000)]
        return ["date"] + [s.date().isoformat() if s.time() == datetime.time() else s.isoformat() for s in seconds]
    if isinstance(value, datetime.time):
        return ["date", value.replace(microsecond=0).isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    # openpyxl leaves `_x000A_` as it is written; Excel shows the character, where there is anything to show.
    def shown(found):
        character = chr(int(found[1], 16))
        return character if character.isspace() or character.isprintable() else found[0]

    return ["text", re.sub("_x([0-9A-Fa-f]{4})_", shown, str(value))]


def xlsx(path):
    import openpyxl

    values, formulas = (openpyxl.load_workbook(path, data_only=only) for only in (True, False))
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible" or sheet.title.startswith("#"):
            continue
        written, rows = formulas[sheet.title], []
        for row in sheet.iter_rows():
            cells = [cell(c.value, c.data_type) for c in row]
            for at, c in enumerate(row):
                # Nothing counted, or an empty text: openpyxl does not tell them apart.
                if c.value is None and written.cell(c.row, c.column).data_type == "f":
                    cells[at] = ["nothing"]
            rows.append(cells)
        yield rows


def ods(path):
    from odf.opendocument import load
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P
    from odf import teletype

    book = load(path)
    hidden = set()
    for style in list(book.automaticstyles.childNodes):
        for child in style.childNodes:
            if child.qname[1] == "table-properties" and child.getAttribute("display") == "false":
                hidden.add(style.getAttribute("name"))
    for table in book.spreadsheet.getElementsByType(Table):
        if table.getAttribute("stylename") in hidden or table.getAttribute("name").startswith("#"):
            continue
        rows = []
        for row in table.getElementsByType(TableRow):
            cells = []
            for node in row.childNodes:
                if node.qname not in (TableCell().qname, CoveredTableCell().qname):
                    continue
                kind, found = node.getAttribute("valuetype"), [""]
                text = "\n".join(teletype.extractText(p) for p in node.childNodes if p.qname == P().qname)
                if kind in ("float", "percentage", "currency"):
                    found = ["number", float(node.getAttribute("value"))]
                elif kind == "boolean":
                    found = ["bool", node.getAttribute("booleanvalue") == "true"]
                elif kind == "date":
                    found = ["date", node.getAttribute("datevalue")]
                elif kind == "time":
                    found = ["duration"]
                elif text:
                    found = ["text", text]
                elif node.getAttribute("formula"):
                    found = ["nothing"]
                repeated = int(node.getAttribute("numbercolumnsrepeated") or 1)
                cells += [found] * (repeated if found != [""] else min(repeated, 4096))
            repeated = int(row.getAttribute("numberrowsrepeated") or 1)
            rows += [cells] * min(repeated, MOST_ROWS)
        yield rows


def read(folder):
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in ENDINGS:
            continue
        try:
            sheets = ods(path) if path.suffix.lower() == ".ods" else xlsx(path)
            full = ([row for row in rows if any(c != [""] for c in row)][: MOST_ROWS + 1] for rows in sheets)
            print(json.dumps({"file": path.name, "rows": next((rows for rows in full if len(rows) > 1), None)}))
        except Exception as error:  # the other reader's own limits are not ours
            print(json.dumps({"file": path.name, "refused": type(error).__name__}))


{"fetch": fetch, "read": read}[sys.argv[1]](pathlib.Path(sys.argv[2]))
