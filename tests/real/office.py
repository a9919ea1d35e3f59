"""Opens a DOCX with python-docx and says what it sees, one fact a line."""

import sys

import docx

document = docx.Document(sys.argv[1])
properties = document.core_properties
print("author", repr(properties.author or ""))
print("changed by", repr(properties.last_modified_by or ""))
print("title", properties.title)
print("language", properties.language)
paragraphs = [p for p in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p")]
paragraphs = [docx.text.paragraph.Paragraph(p, document._body) for p in paragraphs]
section = document.sections[0]
print("page", round(section.page_width.mm), round(section.page_height.mm), round(section.left_margin.mm), round(section.top_margin.mm))
print("styles", sorted({paragraph.style.name for paragraph in paragraphs}))
print("default", document.styles.default(docx.enum.style.WD_STYLE_TYPE.PARAGRAPH).name)
for paragraph in paragraphs:
    print("heading" if paragraph.style.name.startswith("Heading") else "|", paragraph.text)
