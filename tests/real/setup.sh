#!/bin/sh
# Installs what the tests in this folder drive: a browser, the poppler tools, fonts, Java, Node and three npm packages.
# Debian and Ubuntu; run it again at any time. Then: APPEAL_REAL=required cargo test --test real
set -eu
cd "$(dirname "$0")"

missing=""
need() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need chromium chromium
need pdftotext poppler-utils
need java default-jre-headless
need node nodejs
need npm npm
for font in fonts-liberation fonts-noto-core; do
    dpkg -s "$font" >/dev/null 2>&1 || missing="$missing $font"
done
if [ -n "$missing" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update -q
    # shellcheck disable=SC2086
    $root apt-get install -q -y --no-install-recommends $missing
fi

npm install --no-package-lock --no-audit --no-fund
