//! Whether a text is English prose that can be judged.

use crate::lexicon::word;
use crate::report::Applicability;

use super::document::Document;
use super::token::{Token, TokenKind, form};

/// Body words below which no rate means anything.
pub const MIN_WORDS: u32 = 80;
/// Body sentences below which no rate means anything.
pub const MIN_SENTENCES: u32 = 4;
/// Words below which the language is not guessed.
const MIN_WORDS_TO_GUESS: u32 = 12;
/// English prose has 35 to 60% function words; a text above this share needs no second opinion.
const ENGLISH_STOP_SHARE: f64 = 0.25;
/// A text below this share is no English, whatever a guesser says.
const FOREIGN_STOP_SHARE: f64 = 0.08;
/// Share of words in body sentences below which the text is a list, a table or a form.
const MIN_BODY_SHARE: f64 = 0.4;
/// Prose that is long enough to be judged has more different words than this.
const FEW_WORDS: usize = 5;
/// Sentences longer than this on average are lists without punctuation or machine output.
const MAX_MEAN_SENTENCE_WORDS: f64 = 120.0;

/// How much running English a document has.
#[derive(Debug, Clone, PartialEq)]
pub struct Prose {
    pub applicability: Applicability,
    /// Why it cannot be judged, in one sentence; empty if it can.
    pub reason: String,
    /// Words and numbers in body sentences.
    pub words: u32,
    pub sentences: u32,
}

/// Judges a document.
#[must_use]
pub fn prose(document: &Document<'_>) -> Prose {
    let (mut words, mut sentences) = (0u32, 0u32);
    for (_, sentence) in document.body() {
        words += sentence.words;
        sentences += 1;
    }
    let counted = Counted::of(&document.tokens);
    let (applicability, reason) = judge(document, &counted, words, sentences);
    Prose { applicability, reason, words, sentences }
}

#[derive(Default)]
struct Counted {
    words: u32,
    stop: u32,
    non_latin: u32,
    /// Times the commonest word stands directly after itself.
    stutters: u32,
    numbers: u32,
    marks: u32,
}

impl Counted {
    fn of(tokens: &[Token]) -> Self {
        let mut counted = Counted::default();
        let mut previous = 0;
        for token in tokens {
            match token.kind {
                TokenKind::Word => {
                    counted.words += 1;
                    counted.stop += u32::from(token.has(word::STOP));
                    // Long words outside ASCII: scripts without spaces, or accents in every word.
                    counted.non_latin += u32::from(token.is(form::NON_ASCII));
                    counted.stutters += u32::from(token.key == previous);
                    previous = token.key;
                }
                TokenKind::Number => counted.numbers += 1,
                TokenKind::Other => counted.marks += 1,
                _ => {}
            }
        }
        counted
    }

    fn share(part: u32, whole: u32) -> f64 {
        if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
    }
}

fn judge(document: &Document<'_>, counted: &Counted, words: u32, sentences: u32) -> (Applicability, String) {
    if counted.words >= MIN_WORDS_TO_GUESS && Counted::share(counted.stutters, counted.words) > 0.3 {
        return (Applicability::NotProse, "The text repeats one word over and over.".to_owned());
    }
    let distinct = document.vocabulary.distinct();
    if counted.words >= MIN_WORDS && distinct < FEW_WORDS {
        return (
            Applicability::NotProse,
            format!("The text has {} words, and only {distinct} different ones: it repeats itself.", counted.words),
        );
    }
    if !is_english(document.article.text, counted) {
        return (
            Applicability::NotEnglish,
            format!(
                "The text does not read as English: {} of its {} words are English function words.",
                counted.stop, counted.words
            ),
        );
    }
    let all = counted.words + counted.numbers;
    if all >= MIN_WORDS {
        if Counted::share(counted.numbers, all) > 0.4 {
            return (
                Applicability::NotProse,
                format!("{} of {all} words are numbers: a table, not prose.", counted.numbers),
            );
        }
        if Counted::share(words, all) < MIN_BODY_SHARE {
            return (
                Applicability::NotProse,
                format!(
                    "Only {words} of {all} words stand in running sentences; the rest is lists, headings or page furniture."
                ),
            );
        }
        if f64::from(words) > MAX_MEAN_SENTENCE_WORDS * f64::from(sentences.max(1)) {
            return (
                Applicability::NotProse,
                format!("{words} words in {sentences} sentences: the text has no sentence boundaries."),
            );
        }
        if counted.marks > all {
            return (
                Applicability::NotProse,
                format!("The text has more symbols ({}) than words ({all}).", counted.marks),
            );
        }
    }
    if words < MIN_WORDS {
        return (
            Applicability::TooShort,
            format!("The text has {words} words of running prose; at least {MIN_WORDS} are needed."),
        );
    }
    if sentences < MIN_SENTENCES {
        return (
            Applicability::TooShort,
            format!("The text has {sentences} sentences; at least {MIN_SENTENCES} are needed."),
        );
    }
    (Applicability::Ok, String::new())
}

fn is_english(text: &str, counted: &Counted) -> bool {
    if counted.words < MIN_WORDS_TO_GUESS {
        // Too little to go by, but a script that English is not written in shows at once.
        return !(counted.words > 0 && counted.non_latin * 2 > counted.words && mostly_non_latin(text));
    }
    let share = Counted::share(counted.stop, counted.words);
    if share >= ENGLISH_STOP_SHARE {
        return true;
    }
    if share < FOREIGN_STOP_SHARE {
        return false;
    }
    // The guesser is far slower than everything else here, so it sees a part only.
    let head = text.char_indices().nth(2000).map_or(text, |(end, _)| &text[..end]);
    whatlang::detect_lang(head) == Some(whatlang::Lang::Eng)
}

fn mostly_non_latin(text: &str) -> bool {
    let (mut letters, mut foreign) = (0u32, 0u32);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(400) {
        letters += 1;
        foreign += u32::from(c as u32 > 0x24F);
    }
    foreign * 2 > letters
}

#[cfg(test)]
mod tests {
    use super::{MIN_SENTENCES, MIN_WORDS};
    use crate::article::Article;
    use crate::report::Applicability;
    use crate::text::{Document, prose};

    fn judged(text: &str) -> Applicability {
        let prose = prose(&Document::read(&Article::from_text(text)));
        assert_eq!(prose.applicability == Applicability::Ok, prose.reason.is_empty(), "{}", prose.reason);
        prose.applicability
    }

    const SENTENCE: &str = "The mayor of the town said on Monday that the old mill would close in May. ";

    #[test]
    fn enough_english_sentences_can_be_judged() {
        assert_eq!(judged(&SENTENCE.repeat(6)), Applicability::Ok);
    }

    #[test]
    fn fewer_words_or_sentences_cannot() {
        const { assert!(16 * 5 >= MIN_WORDS && MIN_SENTENCES > 2) };
        assert_eq!(judged(&SENTENCE.repeat(3)), Applicability::TooShort);
        assert_eq!(judged(""), Applicability::TooShort);
        let long = format!("The mayor said that {}.", "the mill by the river, ".repeat(10));
        assert_eq!(judged(&long.repeat(2)), Applicability::TooShort);
    }

    #[test]
    fn furniture_does_not_make_a_text_long() {
        let text = format!("{}\n\n{}", SENTENCE.repeat(3), "Please enter your comment!\n".repeat(8));
        assert_ne!(judged(&text), Applicability::Ok);
    }

    #[test]
    fn another_language_is_named_as_such() {
        let german = "Der Rat der Stadt hat am Montag beschlossen, die alte M\u{fc}hle am Fluss zu schlie\u{df}en. ";
        assert_eq!(judged(&german.repeat(6)), Applicability::NotEnglish);
        assert_eq!(judged("\u{5e02}\u{8bae}\u{4f1a}\u{6279}\u{51c6}\u{3002}"), Applicability::NotEnglish);
    }

    #[test]
    fn a_foreign_quotation_leaves_an_article_english() {
        let text = format!("{}\u{201c}La mairie a ferm\u{e9} le vieux moulin,\u{201d} he said.", SENTENCE.repeat(6));
        assert_eq!(judged(&text), Applicability::Ok);
    }

    #[test]
    fn tables_stutters_and_endless_lines_are_no_prose() {
        assert_eq!(judged(&"the 12 14 16.5\n".repeat(40)), Applicability::NotProse);
        assert_eq!(judged(&"mill ".repeat(200)), Applicability::NotProse);
        assert_eq!(judged(&"said Smith. ".repeat(300)), Applicability::NotProse);
        assert_eq!(judged(&"the mill of the town and the mayor of it ".repeat(80)), Applicability::NotProse);
        assert_eq!(judged(&"- the bread of the day\n- a bag of the rice\n".repeat(20)), Applicability::NotProse);
    }
}
