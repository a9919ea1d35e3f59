//! Words as people write them, made alike.
//!
//! In: a header or an answer. Out: its words, by which it is recognised however it is written.

/// The words of a text, in small letters without accents.
pub(crate) fn plain_words(header: &str) -> Vec<String> {
    let plain: String = header.chars().flat_map(char::to_lowercase).map(without_accent).collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ó' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        letter => letter,
    }
}
