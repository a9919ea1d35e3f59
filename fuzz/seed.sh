#!/bin/sh
# Fills fuzz/corpus/ with good inputs of every kind. Run from anywhere.
set -eu
cd "$(dirname "$0")/.."
corpus=fuzz/corpus
for file in fuzz/fuzz_targets/*.rs; do mkdir -p "$corpus/$(basename "$file" .rs)"; done
for folder in fuzz/seeds/*/; do cp "$folder"* "$corpus/$(basename "$folder")/"; done
for file in examples/*/cases/*.toml benches/fixture/cases/*.toml; do
    cp "$file" "$corpus/case/$(basename "$file")"
    cp "$file" "$corpus/text/$(basename "$file")"
done
for file in examples/*/organisation.toml benches/fixture/organisation.toml; do cp "$file" "$corpus/organisation/$(echo "$file" | tr / -)"; done
cp benches/fixture/recipients.toml "$corpus/directory/fixture.toml"
# The shipped directory, an entry a file: small inputs are quick ones.
awk -v to="$corpus/directory/" '/^\[[a-z]/ { n++ } n { print > (to n ".toml") }' recipients.toml
for language in letter-templates/*/; do
    name=$(basename "$language")
    cp "$language/words.toml" "$corpus/words/$name.toml"
    for file in "$language"/*.hbs; do cp "$file" "$corpus/template/$name-$(basename "$file")"; done
done
cp src/writers/docx/styles.xml "$corpus/theme/shipped.xml"
cp tests/fixtures/alliance/pictures/logo.png "$corpus/picture/logo.png"
printf '\377\330\377\341\0\020Exif\0\0II*\0\010\0\0\0\377\376\0\004hi\377\300\0\013\010\0\020\0\040\001\001\021\0\377\332\0\002data\377\331' > "$corpus/picture/small.jpg"
printf '<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/><path style="fill:url( #b)" onload = "c"/></svg>' > "$corpus/picture/small.svg"
cp "$corpus"/picture/small.jpg "$corpus"/picture/logo.png "$corpus/annex/"
printf '%%PDF-1.4 << /Author (A) /Subtype/Text >> %%%%EOF' > "$corpus/annex/small.pdf"
printf '<dc:creator>A</dc:creator><w:ins w:id="1"/><Company>C</Company>' > "$corpus/annex/part.xml"
n=0
for date in 2021 '2021~' 2021-03 2021-03-22 '2021-03-22~' '2021-03-01/2021-03-24' '[2021-03..2021-04]' XXXX 13:00 '13:00~' 13:00/15:00; do
    n=$((n + 1))
    printf %s "$date" > "$corpus/dates/$n"
done
n=0
for name in 'María Ejemplo' 'Jean-Luc de la Tour' 'محمد الحسن' '张伟' 'Дмитрий Иванов'; do
    n=$((n + 1))
    printf '%s\nwords before %s words after' "$name" "$name" > "$corpus/names/$n"
done
