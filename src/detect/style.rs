//! Style: how long the sentences and the words are, and how often words come again. Context, never a fault.

use crate::text::{Document, Token, TokenKind, ascii_letters, form};

/// Words of a window in which types are counted.
pub const WINDOW: u32 = 50;

/// Measures of the body.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Style {
    pub sentences: u32,
    /// Words and numbers.
    pub words: u32,
    /// Standard deviation of words per sentence over their mean; absent without words.
    pub sentence_length_cv: Option<f64>,
    /// Mean over all windows of the share of different words; absent for less than one window.
    pub mattr: Option<f64>,
    /// Words that are no numbers, and the letters they have.
    pub plain_words: u32,
    pub letters: u32,
}

/// Measures.
#[must_use]
pub fn detect(document: &Document<'_>) -> Style {
    let mut style = Style::default();
    let mut squares = 0.0;
    for (_, sentence) in document.body() {
        style.sentences += 1;
        style.words += sentence.words;
        squares += f64::from(sentence.words) * f64::from(sentence.words);
    }
    if style.words > 0 {
        let count = f64::from(style.sentences);
        let mean = f64::from(style.words) / count;
        let variance = (squares / count - mean * mean).max(0.0);
        style.sentence_length_cv = Some(libm::sqrt(variance) / mean);
    }
    let windows = (style.words + 1).saturating_sub(WINDOW);
    // Of each word, one more than the place where it stood last.
    let mut last = document.vocabulary.table(0_u32);
    let (mut types, mut at) = (0_u64, 0_u32);
    for (_, sentence) in document.body() {
        let numbers = document.vocabulary.of_tokens(sentence.tokens());
        for (token, number) in document.tokens_of(sentence).iter().zip(numbers).filter(|(token, _)| token.counts()) {
            if token.kind == TokenKind::Word {
                style.plain_words += 1;
                style.letters += letters(document, token);
            }
            // A word is a new type in each window that holds it and begins behind its last occurrence.
            let behind = last.get_mut(number.word as usize).map_or(0, |last| std::mem::replace(last, at + 1));
            let first = behind.max((at + 1).saturating_sub(WINDOW));
            types += u64::from((at + 1).min(windows).saturating_sub(first));
            at += 1;
        }
    }
    if windows > 0 {
        style.mattr = Some(types as f64 / (f64::from(windows) * f64::from(WINDOW)));
    }
    style
}

fn letters(document: &Document<'_>, token: &Token) -> u32 {
    if token.is(form::PLAIN) {
        return token.end - token.start;
    }
    let word = token.span().slice(document.article.text).unwrap_or_default();
    if token.is(form::NON_ASCII) {
        word.chars().filter(|c| c.is_alphabetic()).count() as u32
    } else {
        ascii_letters(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    fn style(text: &str) -> Style {
        detect(&Document::read(&Article::from_text(text)))
    }

    /// The definition, window by window.
    fn mattr_by_hand(words: &[String]) -> f64 {
        let windows = words.windows(WINDOW as usize);
        let count = windows.len();
        let types: usize = windows.map(|window| window.iter().collect::<std::collections::BTreeSet<_>>().len()).sum();
        types as f64 / (count as f64 * f64::from(WINDOW))
    }

    #[test]
    fn one_pass_counts_what_all_windows_hold() {
        for (words, different) in [(50, 50), (50, 7), (51, 50), (90, 60), (240, 31), (240, 1)] {
            let names: Vec<String> = (0..words)
                .map(|n| format!("w{}", (n * n + n / 3) % different))
                .map(|name| name.replace(' ', ""))
                .collect();
            let text = format!("The clerk read a list of names in the hall. {}.", names.join(" "));
            let document = Document::read(&Article::from_text(&text));
            let read: Vec<String> = document
                .body()
                .flat_map(|(_, sentence)| document.tokens_of(sentence).to_vec())
                .filter(Token::counts)
                .map(|token| token.span().slice(&text).unwrap().to_lowercase())
                .collect();
            let found = detect(&document).mattr.unwrap();
            assert!((found - mattr_by_hand(&read)).abs() < 1e-12, "{words} {different}: {found}");
        }
    }

    #[test]
    fn fewer_words_than_a_window_have_no_mattr() {
        assert_eq!(style("The mill burned down.").mattr, None);
        assert_eq!(style(""), Style::default());
    }

    #[test]
    fn letters_are_letters_of_any_script() {
        let style = style("Zoë's so-called café made £12 in 2019.");
        assert_eq!((style.plain_words, style.letters), (5, 4 + 8 + 4 + 4 + 2));
    }
}
