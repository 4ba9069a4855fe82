//! Syllables of English words by rule: groups of vowels, mended where spelling and speech part.
//!
//! The Carnegie Mellon Pronouncing Dictionary, which textstat asks, is data that Candor does not carry.

/// Letters of a word that are read; what follows them adds no syllable. No English word is as long.
const LONGEST: usize = 64;

/// How many syllables a word is spoken with, by rule; at least 1.
#[must_use]
pub fn syllables(word: &str) -> u32 {
    // Most words are of small or capital ASCII letters and nothing else.
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return of_part(word).max(1);
    }
    word.split(['-', '\u{2010}', '\u{2011}']).map(of_marked_part).sum::<u32>().max(1)
}

/// A word without hyphens. "didn't" has a syllable more than "did"; "don't" has not.
fn of_marked_part(part: &str) -> u32 {
    let (stem, ending) = part.split_once(['\'', '’']).unwrap_or((part, ""));
    let negated = ending == "t" && stem.ends_with('n');
    let stem = if negated { stem.strip_suffix('n').unwrap_or(stem) } else { stem };
    let mut buffer = [0; LONGEST];
    let letters = small_letters(stem, &mut buffer);
    if letters.is_empty() {
        return 0;
    }
    of_letters(letters) + u32::from(negated && letters.last().is_some_and(|&last| !is_vowel(last)))
}

/// A word of ASCII letters.
fn of_part(part: &str) -> u32 {
    let mut buffer = [0; LONGEST];
    let mut length = 0;
    for (slot, letter) in buffer.iter_mut().zip(part.bytes()) {
        *slot = letter | 0x20;
        length += 1;
    }
    if length == 0 { 0 } else { of_letters(buffer.get(..length).unwrap_or_default()) }
}

/// The letters of a word in small ASCII; an accent is dropped, but that of é, which is never silent. A letter of
/// another script is a consonant.
fn small_letters<'b>(word: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let mut length = 0;
    for (slot, letter) in buffer.iter_mut().zip(word.chars().filter(|c| c.is_alphabetic())) {
        *slot = match letter {
            _ if letter.is_ascii() => letter.to_ascii_lowercase() as u8,
            'À'..='Å' | 'à'..='å' => b'a',
            'É' | 'é' => b'i',
            'È'..='Ë' | 'è'..='ë' => b'e',
            'Ì'..='Ï' | 'ì'..='ï' => b'i',
            'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' => b'o',
            'Ù'..='Ü' | 'ù'..='ü' => b'u',
            _ => b'x',
        };
        length += 1;
    }
    buffer.get(..length).unwrap_or_default()
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

fn of_letters(word: &[u8]) -> u32 {
    let count = vowel_groups(word);
    // "Mr", "TV", "FBI"'s kin: letters without a vowel are spelt out.
    if count == 0 {
        return if word.len() <= 4 { word.len() as u32 } else { 1 };
    }
    let silent = u32::from(count > 1 && ends_silently(word)) + u32::from(silent_inside(word));
    let sounded = u32::from(matches!(word, [.., b's', b'm'] | [.., b's', b'm', b's'] | [.., b't', b'h', b'm']));
    (count + sounded).saturating_sub(silent).max(1)
}

fn vowel_groups(word: &[u8]) -> u32 {
    let mut count = 0;
    let mut in_group = false;
    for (at, &letter) in word.iter().enumerate() {
        let (before, after) = (word.get(..at).unwrap_or_default(), word.get(at + 1..).unwrap_or_default());
        let previous = before.last().copied().unwrap_or(0);
        let consonant = match letter {
            // "yes", "beyond"; but "played" has no second group.
            b'y' => {
                let glides = is_vowel(previous) && after.first().is_some_and(|&next| is_vowel(next) && next != b'y');
                before.is_empty() || glides && !matches!(after, b"e" | b"es" | b"ed")
            }
            b'u' => previous == b'q',
            _ => !is_vowel(letter),
        };
        count += u32::from(!consonant && (!in_group || begins_anew(before, letter, after, count)));
        in_group = !consonant;
    }
    count
}

/// True if a vowel after a vowel begins a syllable of its own ("di-et", "the-o-ry"; not "nation", "field").
fn begins_anew(before: &[u8], letter: u8, after: &[u8], count: u32) -> bool {
    let Some((&previous, onset)) = before.split_last() else {
        return false;
    };
    let consonant = onset.last().copied().unwrap_or(0);
    let next = after.first().copied().unwrap_or(0);
    let short = after.len() <= 2;
    match (previous, letter) {
        (b'i', b'a') => {
            let liquid = matches!(consonant, b'n' | b'l') && matches!(after, b"" | b"r" | b"n" | b"ns" | b"rs");
            let hissed = matches!(consonant, b'c' | b't' | b's' | b'g') && next != b't';
            !(after.starts_with(b"ge") || liquid || hissed)
        }
        (b'i', b'o') => {
            let hissed = matches!(consonant, b't' | b's' | b'c' | b'g' | b'x');
            let liquid = matches!(consonant, b'l' | b'n') && next == b'n';
            !(hissed || liquid || consonant == b'v' && next == b'r')
        }
        (b'i', b'e') => {
            let hissed = matches!(consonant, b'c' | b't');
            match next {
                b'n' => matches!(after, b"nt" | b"nts" | b"ntly" | b"nce") && !hissed || onset == b"sc",
                b't' => matches!(after, b"t" | b"ty" | b"ties"),
                b'r' => matches!(after, b"r" | b"rs") && consonant != b'd',
                _ => after == b"st",
            }
        }
        (b'e', b'o') => !(consonant == b'p' || next == b'u' || consonant == b'g' && next != 0),
        (b'e', b'a') => {
            let ends = count > 1 && matches!(after, b"" | b"s" | b"n" | b"ns");
            ends || onset.ends_with(b"cr") && next == b't'
        }
        (b'u', b'a') => !matches!(consonant, b'q' | b'g'),
        (b'u', b'e') => matches!(next, b'l' | b'n') && consonant != b'g',
        (b'u', b'i') => after.starts_with(b"ty") || after.starts_with(b"ti") || after.starts_with(b"ng"),
        (b'a' | b'u', b'o') | (b'i', b'u') => true,
        (b'y', b'i' | b'a' | b'o') => !onset.is_empty(),
        (b'y', b'e') => next == b'r' && !is_vowel(consonant) && !matches!(consonant, b'w' | 0),
        (b'e' | b'o', b'i') => after.starts_with(b"ng"),
        (b'o', b'e') => matches!(next, b't' | b'm') && short,
        _ => false,
    }
}

/// "make", "makes", "baked"; not "table", "houses", "wanted".
fn ends_silently(word: &[u8]) -> bool {
    let (onset, ending) = match word {
        [onset @ .., b'e'] => (onset, b'e'),
        [onset @ .., b'e', last @ (b's' | b'd')] => (onset, *last),
        _ => return false,
    };
    let [before @ .., consonant] = onset else {
        return false;
    };
    if is_vowel(*consonant) {
        return false;
    }
    let cluster = before.last().copied().filter(|&letter| !is_vowel(letter));
    let syllabic = *consonant == b'l' && cluster.is_some();
    match ending {
        b'e' => !syllabic,
        b's' => {
            let hissed = matches!(consonant, b's' | b'x' | b'z' | b'c' | b'g')
                || *consonant == b'h' && matches!(cluster, Some(b'c' | b's'));
            !hissed && !syllabic
        }
        _ => {
            let called = matches!(cluster, Some(b'l' | b'r' | b'w'));
            !matches!(consonant, b't' | b'd') && (!syllabic || called)
        }
    }
}

/// First parts of words whose last e stays silent.
const FIRST_PARTS: [&[u8]; 9] = [b"some", b"every", b"spokes", b"busin", b"there", b"where", b"home", b"safe", b"life"];
/// Endings before whose e a word ended.
const SILENT_ENDINGS: [&[u8]; 7] = [b"ement", b"ements", b"ely", b"eful", b"efully", b"eless", b"eness"];

/// "statement", "someone", "business".
fn silent_inside(word: &[u8]) -> bool {
    // None of them begins or ends in another letter.
    let (Some(first), Some(last)) = (word.first(), word.last()) else {
        return false;
    };
    let may_begin = matches!(first, b's' | b'e' | b'b' | b't' | b'w' | b'h' | b'l');
    let may_end = matches!(last, b't' | b's' | b'y' | b'l') && word.contains(&b'e');
    let first_part = may_begin
        && FIRST_PARTS
            .iter()
            .filter_map(|part| word.strip_prefix(*part))
            .any(|rest| rest.iter().any(|&letter| is_vowel(letter)) && !matches!(rest, b"es" | b"ed" | b"less"));
    let ending = may_end
        && SILENT_ENDINGS.iter().filter_map(|ending| word.strip_suffix(*ending)).any(|stem| {
            let [before @ .., consonant] = stem else {
                return false;
            };
            let syllabic = *consonant == b'l' && before.last().is_some_and(|&letter| !is_vowel(letter));
            !is_vowel(*consonant)
                && !syllabic
                && !stem.ends_with(b"el")
                && before.iter().any(|&letter| is_vowel(letter))
        });
    first_part || ending
}

#[cfg(test)]
mod tests {
    use super::syllables;

    #[test]
    fn words_have_the_syllables_they_are_spoken_with() {
        for (count, words) in [
            (1, "make makes baked the cat street played eye eyes called world months through don't won't wolves"),
            (2, "table houses wanted nation million marriage something someone business yellow lawyer diet being"),
            (2, "didn't statement lonely patients prism rhythm Mr café state-run TV zigzag spokesman"),
            (3, "beautiful idea area government scientist everyone however theory industry employee element"),
            (4, "education community development appreciate economy"),
            (5, "communication university hospitality"),
        ] {
            for word in words.split(' ') {
                assert_eq!(syllables(word), count, "{word}");
            }
        }
    }

    #[test]
    fn anything_has_at_least_one() {
        for word in ["", "1,200", "-", "'", "日本", "—"] {
            assert!(syllables(word) >= 1, "{word}");
        }
        assert!(syllables(&"a".repeat(100_000)) <= 64);
    }
}
