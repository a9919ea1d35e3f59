#!/bin/sh
# Installs what tests/real/office.rs drives: LibreOffice Writer, the poppler tools, fonts, python-docx.
# Debian and Ubuntu; run it again at any time. Then: APPEAL_REAL=required cargo test --test office
set -eu

missing=""
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-writer"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
dpkg -s fonts-crosextra-caladea >/dev/null 2>&1 || missing="$missing fonts-crosextra-caladea"
if [ -n "$missing" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -q
    # shellcheck disable=SC2086
    $root apt-get install -q -y --no-install-recommends $missing
fi
python3 -c "import docx" 2>/dev/null || python3 -m pip install --quiet "python-docx==1.2.0"
