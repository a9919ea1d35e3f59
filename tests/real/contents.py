"""Takes apart what python-docx and Python's mail library can read.

A DOCX: its words, a line a paragraph. A message: each of its parts as a file of the folder named after it.
"""

import email
import email.policy
import pathlib
import sys

file = pathlib.Path(sys.argv[1])
if file.suffix == ".docx":
    import docx

    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for element in docx.Document(file).element.body.iter():
        if element.tag == space + "p":
            print()
        elif element.tag == space + "t":
            print(element.text or "", end="")
        elif element.tag in (space + "br", space + "tab"):
            print(" ", end="")
else:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    for part in parts:
        name = part.get_filename() or part.get_content_type().replace("/", ".")
        content = part.get_content()
        content = content.encode() if isinstance(content, str) else content
        (pathlib.Path(sys.argv[2]) / name).write_bytes(content)
