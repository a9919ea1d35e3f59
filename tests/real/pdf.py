"""Prints what a PDF says of itself: standards, language, description, tags in their order."""

import sys

import pikepdf

pdf = pikepdf.open(sys.argv[1])
root = pdf.Root
described = sorted(pdf.docinfo.keys())
with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
    print("PDF/A", about.get("pdfaid:part"), about.get("pdfaid:conformance"))
    print("PDF/UA", about.get("pdfuaid:part"))
print("language", root.get("/Lang"))
print("marked", bool(root.MarkInfo.Marked))
print("title shown", bool(root.ViewerPreferences.DisplayDocTitle))
print("described", *described)

tags, wordless = [], 0


def walk(node):
    global wordless
    if isinstance(node, pikepdf.Array):
        for child in node:
            walk(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            tags.append(str(node.S))
            wordless += node.S == "/Figure" and not str(node.get("/Alt", ""))
        if "/K" in node:
            walk(node.K)


walk(root.StructTreeRoot.K)
print("tags", *tags)
print("pictures without words", wordless)


def is_embedded(font):
    descriptor = font.get("/FontDescriptor") or font.DescendantFonts[0].FontDescriptor
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


fonts = [f for page in pdf.pages for f in page.resources.get("/Font", {}).values()]
print("fonts not embedded", sum(not is_embedded(f) for f in fonts))
