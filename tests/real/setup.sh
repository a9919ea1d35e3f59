#!/usr/bin/env bash
# Installs what the tests in this folder drive: a browser, LibreOffice Writer and Calc, the poppler tools, qpdf, fonts, Java,
# Node with three npm packages, Python with python-docx, pikepdf, odfpy and openpyxl, Postfix and Dovecot. Debian, as root or with
# sudo; what is there already is left alone.
# Then: APPEAL_REAL=required cargo test --test real
set -euo pipefail
cd "$(dirname "$0")"

fail() {
    echo "tests/real/setup.sh: $1" >&2
    exit 1
}

missing=()
need() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null || missing+=("$2")
}
need chromium chromium
need soffice libreoffice-writer
need pdftotext poppler-utils
need qpdf qpdf
need java default-jre-headless
need node nodejs
need npm npm
need python3 python3
need postfix postfix
need dovecot dovecot-imapd
# Calc has no program of its own in the path. Georgia's and Cambria's stand-ins, and letters of other scripts; without a venv of its own pip may not install.
for package in libreoffice-calc fonts-liberation fonts-noto-core fonts-crosextra-caladea python3-venv; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "${missing[*]} must be installed: run this as root"
        root=(sudo)
    fi
    "${root[@]}" apt-get update -q
    for package in "${missing[@]}"; do
        apt-cache show "$package" >/dev/null 2>&1 || fail "$package is not to be had from this machine's package sources"
    done
    # The tests start servers of their own: what is installed here gets no configuration, and is not started.
    if [[ " ${missing[*]} " == *" postfix "* ]]; then
        echo "postfix postfix/main_mailer_type select No configuration" | "${root[@]}" debconf-set-selections
    fi
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
        "${root[@]}" chmod 755 "$policy"
        # shellcheck disable=SC2064 # the words of now
        trap "${root[*]} rm -f $policy" EXIT
    fi
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

# No package's own script is run: the only one would fetch a Java that is here already.
npm install --ignore-scripts --no-package-lock --no-audit --no-fund || fail "the npm packages of package.json are not to be had"

# A virtual environment, because Debian's own Python takes no packages from pip.
if ! venv/bin/python3 -c "import docx, odf, openpyxl, pikepdf" 2>/dev/null; then
    python3 -m venv --clear venv
    venv/bin/python3 -m pip install --quiet --disable-pip-version-check "python-docx==1.2.0" "odfpy==1.4.1" "openpyxl==3.1.5" "pikepdf==10.18.0" || fail "python-docx, odfpy, openpyxl or pikepdf is not to be had"
fi

# Workbooks that other readers are tested with, from their source archives. Gnumeric's come from Debian's sources, where this
# machine may read them.
if [ ! -e others/complete ]; then
    rm -rf others && mkdir -p others/lists/partial
    sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' /etc/apt/sources.list.d/debian.sources >others/debian.sources 2>/dev/null || true
    (
        cd others
        sources=(-qq -o "Dir::Etc::sourcelist=$PWD/debian.sources" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$PWD/lists")
        apt-get "${sources[@]}" update && apt-get "${sources[@]}" --download-only source gnumeric
    ) || echo "tests/real/setup.sh: Gnumeric's sources are not within reach; the test does without its workbooks"
    venv/bin/python3 others.py fetch others || fail "the source archives of other readers are not to be had"
    touch others/complete
fi
